import type { ClientChannel, ConnectConfig } from "ssh2";
import { Failure, messageOf } from "../framework/errors.ts";
import type { Operation } from "../framework/operation.ts";
import type { Fields } from "../framework/values.ts";
import { isFields, textOf } from "../framework/values.ts";

type Client = import("ssh2").Client;

/** The official provider's own, from its SDK's package `retry`. */
const FIRST_PAUSE = 100;
const PAUSE_GROWTH = 1.5;
const LONGEST_PAUSE = 5000;

/** Opens a connection, hands it over, and closes it whatever happens. */
export async function withConnection<Answer>(
  connection: Fields,
  operation: Operation,
  use: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  const opened = await connectPatiently(connection, operation);
  const close = () => {
    for (const client of opened.toReversed()) client.end();
  };
  operation.signal.addEventListener("abort", close, { once: true });
  try {
    const client = opened.at(-1);
    if (client === undefined) throw new Failure("No connection was opened.");
    return await use(client);
  } finally {
    operation.signal.removeEventListener("abort", close);
    close();
  }
}

/**
 * Tries again while the host does not answer yet, and gives up with the last reason. As the official provider does: it
 * tries once more than the limit says, and a refused key again, for a host that is still starting may not know it yet.
 */
async function connectPatiently(connection: Fields, operation: Operation): Promise<Client[]> {
  const limit = Number(connection.dialErrorLimit ?? 10);
  for (let failures = 1, pause = FIRST_PAUSE; ; failures += 1) {
    try {
      return await connectThroughProxy(connection);
    } catch (error) {
      operation.signal.throwIfAborted();
      const reason = messageOf(error);
      const { user, host, port } = addressOf(connection);
      // A key that cannot be read never will be.
      const hopeless = /cannot parse privatekey|unsupported key/i.test(reason);
      if (hopeless || (limit >= 0 && failures > limit)) {
        const tries = failures === 1 ? "" : ` after ${failures} attempts`;
        throw new Failure(`No SSH connection to ${user}@${host}:${port}${tries}: ${reason}`);
      }
      await operation.wait(pause);
      pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE);
    }
  }
}

async function connectThroughProxy(connection: Fields): Promise<Client[]> {
  const { proxy } = connection;
  if (!isFields(proxy)) return [await connect(connection)];
  const first = await connect(proxy);
  try {
    const { host, port } = addressOf(connection);
    const sock = await new Promise<ClientChannel>((resolve, reject) => {
      first.forwardOut("127.0.0.1", 0, host, port, (error, channel) =>
        error ? reject(error) : resolve(channel),
      );
    });
    return [first, await connect(connection, { sock })];
  } catch (error) {
    first.end();
    throw error;
  }
}

async function connect(connection: Fields, extra: Pick<ConnectConfig, "sock"> = {}): Promise<Client> {
  const { default: ssh } = await import("ssh2");
  const { user, host, port } = addressOf(connection);
  const timeout = Number(connection.perDialTimeout ?? 15) * 1000;
  const text = (name: string): string | undefined => textOf(connection[name]) || undefined;
  const secrets = {
    password: text("password"),
    privateKey: text("privateKey"),
    passphrase: text("privateKeyPassword"),
    agent: text("agentSocketPath"),
  };
  const known = Object.entries(secrets).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const client = new ssh.Client();
    client.once("ready", () => resolve(client));
    client.on("error", reject);
    client.once("close", () => reject(new Failure("the host closed the connection")));
    client.connect({
      host,
      port,
      username: user,
      readyTimeout: timeout,
      timeout,
      ...hostVerification(text("hostKey")),
      ...Object.fromEntries(known),
      ...extra,
    });
  });
}

/** Without a declared host key any host is believed, as the official provider does. */
function hostVerification(hostKey: string | undefined): Pick<ConnectConfig, "hostVerifier"> {
  if (hostKey === undefined) return {};
  const body =
    hostKey
      .trim()
      .split(/\s+/)
      .find((part) => part.startsWith("AAAA")) ?? hostKey.trim();
  return { hostVerifier: (offered: Buffer) => offered.toString("base64") === body };
}

function addressOf(connection: Fields): { user: string; host: string; port: number } {
  return {
    user: textOf(connection.user) || "root",
    host: textOf(connection.host),
    port: Number(connection.port ?? 22),
  };
}
