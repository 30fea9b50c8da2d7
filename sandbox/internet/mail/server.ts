import { SMTPServer } from "smtp-server";
import type { Authority } from "../authority.ts";
import type { Received } from "../received.ts";

/** A mail that somebody sent. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whom the sender logged in as. The password is not kept. */
  readonly login: string | undefined;
  readonly secure: boolean;
  /** The message as it came: headers, an empty line, the body. */
  readonly message: string;
}

/** A mail server that runs. */
export interface MailServer {
  readonly port: number;
  stop(): Promise<void>;
}

const largestBytes = 25 * 1024 * 1024;

/**
 * Takes every mail from everybody and delivers none. A login is only accepted inside TLS, where any will do.
 *
 * @param names host names of the server; the first is how it greets
 */
export async function startMailServer(
  address: string,
  port: number,
  names: readonly string[],
  authority: Authority,
  received: Received<Mail>,
): Promise<MailServer> {
  const { key, certificate } = await authority.issue(names);
  const server = new SMTPServer({
    name: names[0] ?? "mail.sandbox.test",
    key,
    cert: certificate,
    authOptional: true,
    disableReverseLookup: true,
    size: largestBytes,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? "" }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (stream.sizeExceeded) return done(new Error("the message is too large"));
        const { mailFrom, rcptTo } = session.envelope;
        received.add({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map((recipient) => recipient.address),
          login: session.user === undefined ? undefined : String(session.user),
          secure: session.secure,
          message: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  // Clients that hang up.
  server.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, address, resolve);
  });
  return {
    port: (server.server.address() as { port: number }).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
