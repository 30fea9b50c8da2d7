import { join } from "node:path";
import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import { withWorkFolder, writeWhole } from "../../engine/files.ts";
import type { Drill } from "../drill.ts";
import type { Ground } from "../ground.ts";

/** What somebody has who should not: a login of the database, and the key that is let in on every host. */
interface Loot {
  readonly login: string;
  readonly key: HostKey;
}

/** A login of the database and the deploy key are in the wrong hands. */
export const leakedSecret: Drill = {
  name: "leaked-secret",
  title: "A database login and the deploy key have leaked",
  limitMinutes: 15,
  allowance: { minutes: 4, for: "the vendors' answers to seven runs of the engine" },
  pages: ["rotate-leaked-secrets.md"],
  does: "Odoo's login and the deploy key's private half copied out by somebody else",
  endsWhen: "the database and every host refuse them, and all services are well with the new ones",
  begin: async (ground) => {
    let loot: Loot | undefined;
    return {
      inject: async () => {
        loot = { login: await loginOf(ground), key: await hostKeyOf(ground) };
      },
      broken: async () => {
        if (loot === undefined) return ground.unwell();
        const opened = [
          ...((await opensDatabase(ground, loot.login)) ? ["the leaked login opens the database"] : []),
          ...(await openedHosts(ground, loot.key)).map((host) => `the leaked key opens ${host}`),
        ];
        return opened.length > 0 ? opened.join("; ") : ground.unwell();
      },
      verify: async () => {
        const [login, key] = [await loginOf(ground), await hostKeyOf(ground)];
        if (!(await opensDatabase(ground, login)))
          throw new Failure("the new login does not open the database");
        const opened = await openedHosts(ground, key);
        if (opened.length !== key.hosts.length)
          throw new Failure(`the new deploy key opens ${opened.length} of ${key.hosts.length} hosts`);
        return {
          found: [
            "the leaked login is refused, and Odoo has another",
            `the leaked key is refused on ${opened.join(" and ")}, and the new one is let in`,
          ],
          lostSeconds: null,
        };
      },
    };
  },
};

const loginFile = "/etc/insightpulse/secrets/odoo-database.env";

/** Odoo's login, as assignments of a shell. It stays in memory, and travels by standard input. */
function loginOf(ground: Ground): Promise<string> {
  return ground.onHost("erp", `grep ^PG ${loginFile}`);
}

/** Whether a login is let into the database. */
async function opensDatabase(ground: Ground, login: string): Promise<boolean> {
  const script = `set -a
${login}
set +a
if psql --no-psqlrc --quiet --tuples-only --no-align --command='SELECT 1' >/dev/null 2>&1; then echo open; else echo refused; fi`;
  return (await ground.onHost("erp", script)) === "open";
}

/** A key and the hosts it is meant for. */
interface HostKey {
  readonly privateKey: string;
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
}

const hostsSchema = z.record(z.string(), z.object({ address: z.string() }));
const deployUser = "deploy";

/** The deploy key, out of the stack's secret outputs. */
async function hostKeyOf({ operator }: Ground): Promise<HostKey> {
  const privateKey = await operator.told("pulumi", "stack", "output", "deployPrivateKey", "--show-secrets");
  const hosts = hostsSchema.parse(
    JSON.parse(await operator.told("pulumi", "stack", "output", "hosts", "--json")),
  );
  return {
    privateKey,
    hosts: Object.entries(hosts).map(([name, { address }]) => ({ name, address })),
  };
}

/** On which hosts a key is let in. */
async function openedHosts({ operator, sandbox }: Ground, { privateKey, hosts }: HostKey): Promise<string[]> {
  return withWorkFolder(sandbox.state.root, async (folder) => {
    const file = join(folder, "key");
    writeWhole(file, `${privateKey}\n`);
    const settings = ["BatchMode=yes", "ConnectTimeout=10", "IdentitiesOnly=yes", "LogLevel=ERROR"];
    const options = [
      ...["-F", "none", "-i", file],
      ...[...settings, "StrictHostKeyChecking=no", `UserKnownHostsFile=${join(folder, "known")}`].flatMap(
        (setting) => ["-o", setting],
      ),
    ];
    const entered = await Promise.all(
      hosts.map(async ({ name, address }) => {
        const { exitCode } = await operator.run(["ssh", ...options, `${deployUser}@${address}`, "true"]);
        return exitCode === 0 ? [name] : [];
      }),
    );
    return entered.flat();
  });
}
