import { join } from "node:path";
import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import { readJson } from "../../engine/files.ts";
import { pass } from "./pass.ts";
import { type Site, say } from "./site.ts";

const handover = z.object({ apiUrl: z.string(), spacesUrl: z.string().nullable() });

/** DigitalOcean's API, Cloudflare's API and Spaces: the sandbox's cloud, wherever it listens at that moment. */
export function cloudSites(cloudFolder: string): Site[] {
  const file = join(cloudFolder, "cloud.json");
  const addresses = () => {
    const parsed = handover.safeParse(readJson(file));
    if (parsed.success) return parsed.data;
    throw new Failure(`${file} does not say where the cloud listens`, "./scripts/sandbox up prod");
  };
  return [
    {
      names: ["api.digitalocean.com", "api.cloudflare.com"],
      serve: async (request, response) => {
        // No vendor has the sandbox's own calls.
        if (/^\/+_sandbox/.test(request.url ?? "")) return say(response, 404, "Not found.\n");
        await pass({ url: addresses().apiUrl }, request, response);
      },
    },
    {
      names: ["*.digitaloceanspaces.com"],
      serve: async (request, response) => {
        const { spacesUrl } = addresses();
        if (spacesUrl === null) return say(response, 503, "Spaces is switched off in this sandbox.\n");
        await pass({ url: spacesUrl }, request, response);
      },
    },
  ];
}
