/** Stands for the cloud where a test is about starting and ending it: writes its keys, answers everything. */
import { spawn } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { state: { type: "string" }, seed: { type: "string" } } });
const folder = values.state ?? "";
// Its S3 server, with an environment of its own as in the real cloud: it has to be found when its parent is killed.
const child = spawn(process.env.SANDBOX_VERSITYGW ?? "", [], {
  stdio: "ignore",
  env: { PATH: process.env.PATH },
});
process.on("SIGTERM", () => {
  child.kill();
  process.exit(0);
});
const server = createServer((_request, response) => response.end("{}"));
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const keys = { pid: process.pid, apiUrl: url, spacesUrl: url, token: "token", cloudflareToken: "token" };
  const draft = join(folder, "cloud.json.draft");
  writeFileSync(
    draft,
    JSON.stringify({ ...keys, spacesAccessKeyId: "key", spacesSecretAccessKey: "secret" }),
  );
  renameSync(draft, join(folder, "cloud.json"));
});
