import { flushCompileCache } from "node:module";
import type { Provider } from "./framework/resource.ts";
import { serve } from "./framework/serve.ts";

// Only the provider asked for is loaded: each run starts several of them at once.
const load: { [name: string]: () => Promise<unknown> } = {
  cloudflare: async () => start((await import("./cloudflare/index.ts")).cloudflare),
  command: async () => start((await import("./command/index.ts")).command),
  digitalocean: async () => start((await import("./digitalocean/index.ts")).digitalocean),
  random: async () => start((await import("./random/index.ts")).random),
  tls: async () => start((await import("./tls/index.ts")).tls),
};

async function start<Clients>(provider: Provider<Clients>): Promise<void> {
  const { port } = await serve(provider);
  // The engine reads the port from the first line that a plugin prints.
  console.log(String(port));
  // Now, because the engine ends a plugin without letting it tidy up.
  flushCompileCache();
}

const [name = ""] = process.argv.slice(2);
const provider = load[name];
if (provider === undefined) {
  console.error(`There is no stand-in "${name}"; there are ${Object.keys(load).join(", ")}.`);
  process.exitCode = 2;
} else {
  await provider();
}
