import type { Drill } from "../drill.ts";
import { plantBooks, readBooks, requireBooks, takeProvenBackup } from "./books.ts";
import { destroyDroplet } from "./droplets.ts";
import { plantFiles, readFiles, requireFiles } from "./files.ts";

/** The host of Odoo, Mattermost and n8n is gone, with its disk. */
export const dropletLoss: Drill = {
  name: "droplet-loss",
  title: "The ERP droplet is lost",
  limitMinutes: 30,
  allowance: {
    minutes: 12,
    for: "a droplet that takes a minute to be made, packages and images from the internet, a certificate by DNS-01, gigabytes of files from Spaces",
  },
  pages: ["replace-a-host.md"],
  does: "the droplet destroyed at the vendor, past the stack",
  endsWhen:
    "all services are well under their names, the files are as in the last proven backup, no row is lost, and the new host has taken a backup that is proven",
  begin: async (ground) => {
    await plantBooks(ground);
    await plantFiles(ground);
    const files = await readFiles(ground);
    const backup = await takeProvenBackup(ground);
    const books = await readBooks(ground);
    let fault = new Date();
    return {
      inject: async () => {
        await destroyDroplet(ground, "erp");
        fault = new Date();
      },
      broken: () => ground.unwell(),
      verify: async () => {
        const filesFound = await requireFiles(ground, files);
        await requireBooks(ground, books);
        return {
          found: [...filesFound, "no row of the database is lost, which is elsewhere"],
          lostSeconds: (fault.getTime() - backup.getTime()) / 1000,
        };
      },
    };
  },
};
