import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../engine/failure.ts";
import { environmentPaths } from "../../engine/paths.ts";
import { stackFile } from "../../engine/state-file.ts";
import { cutOff, forgetCutOff } from "../../internet/names/cut-off.ts";
import type { Drill } from "../drill.ts";
import type { Ground } from "../ground.ts";
import { homeThere, settingsThere } from "../new-computer.ts";
import { askOdoo, plantBooks, readBooks } from "./books.ts";
import { backupRegion, loseBuckets } from "./buckets.ts";
import { servedCertificate } from "./certificates.ts";
import { destroyDroplet } from "./droplets.ts";
import { plantFiles, readFiles, requireFiles } from "./files.ts";
import { handOutShares, prepareRecovery } from "./recovery.ts";

/** Whoever would issue certificates, or hand out images and sources: not one of them answers. */
const away = [
  "letsencrypt.org",
  ...["docker.io", "ghcr.io", "quay.io", "registry.digitalocean.com"],
  "github.com",
];

/** Names that somebody would ask, one in each of them at least. */
const askedNames = ["acme-v02.api.letsencrypt.org", "registry-1.docker.io", ...away.slice(2)];

/** A cut that does not cut would prove nothing. */
async function requireAway({ operator }: Ground): Promise<void> {
  for (const name of askedNames) {
    const { exitCode } = await operator.run(["getent", "ahosts", name]);
    if (exitCode === 0) throw new Failure(`${name} was cut off, and is still found`);
  }
}

/** Nothing is left but the account itself, the second region, the repository, and people with shares. */
export const totalLoss: Drill = {
  name: "total-loss",
  title: "Everything is lost at once",
  limitMinutes: 120,
  allowance: {
    minutes: 45,
    for: "two droplets that take a minute to be made, packages from the internet, a kit of some gigabytes fetched and sent to the hosts, gigabytes of backups from the other region, people who bring their shares together",
  },
  pages: ["total-loss.md"],
  does: "both droplets destroyed, Odoo's tables dropped, every bucket of the backups' region deleted with every version, the stack's state and the operator's folder gone; Let's Encrypt, the registries of images and GitHub out of reach",
  endsWhen:
    "all services are well under their names with the certificates from before, tables and files are as in the last proven backup, a backup is proven in the new bucket, and a preview changes nothing",
  begin: async (ground) => {
    const { sandbox, environment } = ground;
    await plantBooks(ground);
    await plantFiles(ground);
    const [books, files] = [await readBooks(ground), await readFiles(ground)];
    const { backup, shares } = await prepareRecovery(ground);
    const certificate = await servedCertificate(ground, "odoo");
    await askOdoo(ground, "INSERT INTO drill_invoice (amount, note) VALUES (1, 'written after the backup');");
    const { buckets } = await backupRegion(ground);
    const operator = await ground.atNewComputer();
    handOutShares(shares, join(homeThere(sandbox), "shares"));
    let fault = new Date();
    return {
      operator,
      inject: async () => {
        await askOdoo(ground, "DROP TABLE drill_invoice_line, drill_invoice;");
        for (const host of ["erp", "ocr"]) await destroyDroplet(ground, host);
        await loseBuckets(ground, buckets);
        const state = stackFile(sandbox, environment);
        for (const path of [state, `${state}.bak`]) rmSync(path, { force: true });
        cutOff(sandbox.state.internet, away);
        await requireAway(ground);
        fault = new Date();
      },
      broken: () => ground.unwell(),
      verify: async () => {
        const booksNow = await readBooks(ground);
        if (booksNow !== books)
          throw new Failure(`the books are not as in the backup: ${booksNow}, not ${books}`);
        const filesFound = await requireFiles(ground, files);
        const served = await servedCertificate(ground, "odoo");
        if (served !== certificate)
          throw new Failure(`another certificate is served than before: ${served}, not ${certificate}`);
        return {
          found: [
            `the books are as in the backup: ${books}`,
            ...filesFound,
            "the certificate from before is served",
          ],
          lostSeconds: (fault.getTime() - backup.getTime()) / 1000,
        };
      },
      // The world comes back, and the settings that were edited there are committed.
      afterwards: async () => {
        forgetCutOff(sandbox.state.internet);
        copyFileSync(
          settingsThere(sandbox, environment),
          environmentPaths(sandbox.state.root, environment).config,
        );
      },
    };
  },
};
