import { z } from "zod";
import { askAdmin } from "../../engine/cloud.ts";
import { Failure } from "../../engine/failure.ts";
import type { Drill } from "../drill.ts";
import type { Ground } from "../ground.ts";
import { plantBooks, readBooks, requireBooks } from "./books.ts";
import { backupRegion, loseBuckets } from "./buckets.ts";
import { destroyDroplet, dropletOf } from "./droplets.ts";
import { plantFiles, readFiles, requireFiles } from "./files.ts";
import { copyProvenBackup } from "./recovery.ts";

const host = "erp";

/** Where the ERP host and the first copy of the backups are, nothing is left, and nothing can be made. */
export const regionLoss: Drill = {
  name: "region-loss",
  title: "The regions of the ERP host and of the backups are lost",
  limitMinutes: 120,
  allowance: {
    minutes: 30,
    for: "a droplet that takes a minute to be made, packages and images from the internet, a certificate by DNS-01, names that are remembered for an hour, gigabytes of files from the other region",
  },
  pages: ["region-loss.md"],
  does: "the ERP droplet destroyed, every bucket of the backups' region deleted, and the cloud refuses to make anything in either region",
  endsWhen:
    "all services are well under their names from a droplet in another region, the files are as in the last proven backup, no row is lost, and a backup is proven in a bucket of another region",
  begin: async (ground) => {
    await clearFaults(ground);
    await plantBooks(ground);
    await plantFiles(ground);
    const files = await readFiles(ground);
    const backup = await copyProvenBackup(ground);
    const books = await readBooks(ground);
    const first = await backupRegion(ground);
    const lost = [(await dropletOf(ground, host)).region.slug, first.region];
    let fault = new Date();
    return {
      inject: async () => {
        await destroyDroplet(ground, host);
        for (const region of lost) {
          await askAdmin(ground.accountKeys, "POST", "faults", { kind: "region-away", region });
          await requireRefused(ground, region);
        }
        await loseBuckets(ground, first.buckets);
        fault = new Date();
      },
      broken: () => ground.unwell(),
      verify: async () => {
        const filesFound = await requireFiles(ground, files);
        await requireBooks(ground, books);
        const now = [(await dropletOf(ground, host)).region.slug, (await backupRegion(ground)).region];
        const still = now.find((region) => lost.includes(region));
        if (still !== undefined) throw new Failure(`something is in ${still} again, which is lost`);
        return {
          found: [
            `the ERP host is in ${now[0]}, where it was in ${lost[0]}; backups go to ${now[1]}, where they went to ${lost[1]}`,
            ...filesFound,
            "no row of the database is lost, which is elsewhere",
          ],
          lostSeconds: (fault.getTime() - backup.getTime()) / 1000,
        };
      },
      afterwards: () => clearFaults(ground),
    };
  },
};

async function clearFaults({ accountKeys }: Ground): Promise<void> {
  await askAdmin(accountKeys, "DELETE", "faults");
}

const refused = 422;
const refusal = z.object({ message: z.string() });

/** A region in which something can still be made is not lost, and coming up elsewhere would prove little. */
async function requireRefused(ground: Ground, region: string): Promise<void> {
  const droplet = { name: "drill", region, size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };
  const { status, body } = await ground.askCloud("POST", "/droplets", droplet);
  const { message } = refusal.safeParse(body).data ?? { message: "" };
  if (status !== refused || !message.includes("not available"))
    throw new Failure(
      `${region} should be away, and the cloud answers ${status} to a new droplet there: ${message}`,
    );
}
