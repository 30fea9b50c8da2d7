import { join } from "node:path";
import type { ObtainOptions } from "../engine/engine.ts";
import type { Stage } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";
import { obtainPebble } from "../internet/acme/obtain.ts";
import { obtainBuiltImages } from "../internet/registry/built-images.ts";
import { obtainLayer } from "../internet/registry/layer.ts";
import { obtainRegistryServer } from "../internet/registry/obtain-server.ts";
import type { InternetSettings } from "../internet/settings.ts";
import { obtainDatabaseRoot } from "../internet/supabase/root.ts";
import { obtainBase } from "../machines/base.ts";
import { installHostPackages } from "../machines/host-packages.ts";

/** What takes minutes the first time, in stages that run side by side: installing uses the disk, building the processors. */
export function obtainingStages(options: (report: Report, note: Report) => ObtainOptions): Stage[] {
  return [
    {
      title: "Roots of machines and databases",
      run: async (report, note) => {
        const { cache } = options(report, note);
        const installed = await installHostPackages(cache, report);
        if (installed.length > 0) note(`installed on this computer: ${installed.join(", ")}`);
        // After the packages, since both ask apt.
        await obtainRegistryServer(options(report, note));
        await obtainBase(cache, report);
        await obtainDatabaseRoot(cache, report);
        return "Debian 13";
      },
    },
    {
      title: "Images and certificate authority",
      run: async (report, note) => {
        const pebble = await obtainPebble(options(report, note));
        await obtainLayer(options(report, note));
        await obtainBuiltImages(options(report, note));
        return `pebble ${pebble.version}, ${pebble.origin}`;
      },
    },
  ];
}

/** Folder of the root that new disks begin with. Everything has been obtained before. */
export async function baseFolder(cache: string): Promise<string> {
  return (await obtainBase(cache, () => {})).folder;
}

/** What the internet runs with. Everything has been obtained before. */
export async function internetTools(options: ObtainOptions): Promise<InternetSettings["tools"]> {
  const { folder } = await obtainPebble(options);
  return {
    pebble: join(folder, "pebble"),
    registryServer: await obtainRegistryServer(options),
    databaseRoot: await obtainDatabaseRoot(options.cache, options.report),
    layer: await obtainLayer(options),
    builtImages: await obtainBuiltImages(options),
  };
}
