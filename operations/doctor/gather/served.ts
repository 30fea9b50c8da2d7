import { connect, type TLSSocket } from "node:tls";
import { rootService } from "../../../config/catalogue.ts";
import type { Configuration } from "../../../config/configuration.ts";
import type { ServedCertificate } from "../gathered.ts";

const answerWithinMs = 10_000;

/** Every name that is served with a certificate, and the bare domain beside the service that answers it. */
export function namesToVisit({ resolvedServices, domain }: Configuration) {
  const services = resolvedServices.filter(({ kind }) => kind !== "external");
  return services.flatMap((service) => {
    const host = service.kind === "host" ? service.host : undefined;
    const bare = service.name === rootService && host !== undefined ? [domain] : [];
    return [service.hostName, ...bare].map((name) => ({ name, service: service.name, host }));
  });
}

/** Looks at the certificate of each name as a visitor is shown it. */
export function lookAtCertificates(config: Configuration): Promise<ServedCertificate[]> {
  return Promise.all(namesToVisit(config).map(async (one) => ({ ...one, seen: await look(one.name) })));
}

function look(name: string): Promise<ServedCertificate["seen"]> {
  return new Promise((resolve) => {
    const end = (seen: ServedCertificate["seen"]) => {
      socket.destroy();
      resolve(seen);
    };
    // Any certificate is looked at; whether anybody trusts it is part of the answer.
    const options = { host: name, port: 443, servername: name, rejectUnauthorized: false };
    const socket: TLSSocket = connect({ ...options, timeout: answerWithinMs }, () => {
      const { fingerprint256, valid_from: from, valid_to: to } = socket.getPeerCertificate();
      const distrusted = socket.authorized ? null : String(socket.authorizationError);
      const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
      end({ answer: { fingerprint, begins: Date.parse(from), ends: Date.parse(to), distrusted } });
    });
    socket.once("error", (error) => end({ unasked: error.message }));
    socket.once("timeout", () => end({ unasked: `no answer within ${answerWithinMs / 1000} s` }));
  });
}
