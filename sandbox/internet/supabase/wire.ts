/** The few messages of PostgreSQL's protocol that come before a session. */

const requestCodes = { ssl: 80_877_103, gss: 80_877_104, cancel: 80_877_102 } as const;
const protocolVersion = 196_608;
const longestStartup = 10_000;

/** What a client says first. */
export type FirstMessage =
  | { readonly kind: "ssl" | "gss" | "cancel"; readonly raw: Buffer }
  | { readonly kind: "startup"; readonly raw: Buffer; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: "unknown" };

/** The first message in what has arrived; undefined while it is not whole. */
export function readFirstMessage(data: Buffer): FirstMessage | undefined {
  if (data.length < 8) return undefined;
  const length = data.readInt32BE(0);
  if (length < 8 || length > longestStartup) return { kind: "unknown" };
  if (data.length < length) return undefined;
  const raw = data.subarray(0, length);
  const code = raw.readInt32BE(4);
  if (code === requestCodes.ssl) return { kind: "ssl", raw };
  if (code === requestCodes.gss) return { kind: "gss", raw };
  if (code === requestCodes.cancel) return { kind: "cancel", raw };
  if (code !== protocolVersion) return { kind: "unknown" };
  const words = raw.subarray(8).toString().split("\0");
  const parameters = new Map<string, string>();
  for (let index = 0; words[index]; index += 2) parameters.set(words[index] ?? "", words[index + 1] ?? "");
  return { kind: "startup", raw, parameters };
}

/** A startup message with these parameters. */
export function startupMessage(parameters: ReadonlyMap<string, string>): Buffer {
  const text = Buffer.from(`${[...parameters].flat().join("\0")}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + text.length, 0);
  head.writeInt32BE(protocolVersion, 4);
  return Buffer.concat([head, text]);
}

/** A fatal error in the server's form. */
export function fatalError(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}
