import { execa } from "execa";
import { Failure } from "../failure.ts";

const patienceSeconds = 20;
/** Everything this computer's OpenSSL can offer, so that only the server can refuse. */
const anything = "ALL:@SECLEVEL=0";

/** One answer of a web server. */
export interface WebAnswer {
  readonly status: number;
  /** Values of a header, as often as it came; its name in small letters. */
  readonly headers: (name: string) => string[];
}

/** Asks a web server by curl, and follows nothing. */
export async function ask(url: string, ...words: string[]): Promise<WebAnswer> {
  const options = [
    "--silent",
    "--show-error",
    "--max-time",
    String(patienceSeconds),
    "--output",
    "/dev/null",
  ];
  const { failed, stdout, stderr } = await execa("curl", [...options, "--dump-header", "-", ...words, url], {
    reject: false,
  });
  if (failed) throw new Failure(`${url} does not answer: ${stderr.trim()}`);
  const [first = "", ...lines] = stdout.split(/\r?\n/);
  const pairs = lines.map(
    (line) => [line.split(":")[0]?.toLowerCase(), line.replace(/^[^:]*: */, "")] as const,
  );
  return {
    status: Number(first.split(" ")[1]),
    headers: (name) => pairs.flatMap(([one, value]) => (one === name ? [value] : [])),
  };
}

/**
 * Offers a server one kind of connection by openssl, and says what came of it.
 *
 * @param suites of TLS 1.2 and older; all there are when left out
 */
export async function offer(host: string, version: string, suites = anything): Promise<string> {
  const cipher = version === "-tls1_3" ? [] : ["-cipher", suites];
  const words = ["s_client", "-connect", `${host}:443`, "-servername", host, version, ...cipher];
  const { all } = await execa("openssl", words, {
    ...{ input: "", all: true, reject: false, timeout: patienceSeconds * 1000 },
  });
  const suite = /^\s*(?:New, .*Cipher is|Cipher\s*:)\s*(?<suite>[A-Z0-9_-]+)/m.exec(all ?? "")?.groups?.suite;
  if (suite !== undefined && suite !== "0000") return `taken, ${suite}`;
  if (/alert (protocol version|handshake failure)/.test(all ?? "")) return "refused";
  throw new Failure(`${host} cannot be asked for TLS from here: ${reasonIn(all ?? "")}`);
}

/** Why there is no connection, by what openssl says: its first error, without the places in its source. */
export function reasonIn(said: string): string {
  const lines = said.trim().split("\n");
  const error = lines.find((line) => /^[0-9A-F]+:error:/.test(line));
  if (error === undefined) return lines.at(-1) ?? "";
  const [, , , , , reason, , , data] = error.split(":");
  return [reason, data].filter(Boolean).join(", ");
}
