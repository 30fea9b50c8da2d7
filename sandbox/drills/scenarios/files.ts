import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import type { Ground } from "../ground.ts";

const host = "erp";

/** Files that are planted in each service's folder. */
const filesEach = 25;

/** Folders whose content the backups hold, as the host's own list says. */
async function foldersOf(ground: Ground): Promise<string[]> {
  const text = await ground.onHost(host, "jq '[.services[].folder]' /etc/insightpulse/backup.json");
  return z.array(z.string()).nonempty().parse(JSON.parse(text));
}

/** Plants files in every folder that backups hold: attachments, uploads, whatever a service keeps beside the database. */
export async function plantFiles(ground: Ground): Promise<void> {
  const folders = await foldersOf(ground);
  await ground.onHost(
    host,
    `for folder in ${folders.join(" ")}; do
  rm -rf "$folder/drill"
  mkdir "$folder/drill"
  for number in $(seq 1 ${filesEach}); do head -c 20000 /dev/urandom >"$folder/drill/$number"; done
  chown -R --reference="$folder" "$folder/drill"
done`,
  );
}

/** What of the planted files is there, as one checksum of names, owners and contents for each folder. */
export async function readFiles(ground: Ground): Promise<Record<string, string>> {
  const folders = await foldersOf(ground);
  const text = await ground.onHost(
    host,
    `for folder in ${folders.join(" ")}; do
  sum="$( (cd "$folder" && [ ! -e drill ] || find drill -type f -printf '%p %U %m\\n' -exec sha256sum {} + 2>/dev/null) | sort | sha256sum | cut -c1-16)"
  printf '%s %s files %s\\n' "$folder" "$(find "$folder/drill" -type f 2>/dev/null | wc -l)" "$sum"
done`,
  );
  return Object.fromEntries(
    text.split("\n").map((line) => {
      const [folder = "", ...words] = line.split(" ");
      return [folder, words.join(" ")];
    }),
  );
}

/**
 * Compares the planted files with what they were when the backup was taken.
 *
 * @returns what was found, a sentence for each folder
 * @throws Failure naming the first folder that is otherwise
 */
export async function requireFiles(ground: Ground, before: Record<string, string>): Promise<string[]> {
  const now = await readFiles(ground);
  for (const [folder, then] of Object.entries(before))
    if (now[folder] !== then)
      throw new Failure(`${folder} is not as in the backup: ${now[folder]}, not ${then}`);
  return Object.entries(before).map(([folder, then]) => `${folder}: ${then}, as in the backup`);
}
