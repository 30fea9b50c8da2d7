import DNS from "dns2";
import { messageOf } from "../../engine/failure.ts";
import type { NameRecord, RecordType } from "./records.ts";
import { type Names, resolveName } from "./resolve.ts";

const { Packet } = DNS;
const known = ["A", "AAAA", "CNAME", "NS", "MX", "TXT", "CAA", "SOA", "ANY"] as const;
/** One piece of a text in a TXT record holds no more octets. */
const longestPiece = 255;

/** A name server that runs. */
export interface NameServer {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Answers questions on one address, by UDP and TCP on the same port, with whatever can be resolved at that moment. */
export async function startNameServer(
  address: string,
  port: number,
  names: () => Names,
): Promise<NameServer> {
  const server = DNS.createServer({
    udp: { type: address.includes(":") ? "udp6" : "udp4" },
    tcp: true,
    handle: (request, send) => {
      // Whoever asked may be gone by now.
      send(answer(request, names)).catch(() => {});
    },
  });
  // Datagrams that are no questions get no answer.
  server.on("requestError", () => {});
  const failure = new Promise<never>((_, reject) => server.once("error", reject));
  await Promise.race([server.listen({ udp: { address, port }, tcp: { address, port } }), failure]);
  failure.catch(() => {});
  return { address, port, stop: () => server.close() };
}

function answer(request: DNS.Packet, names: () => Names): DNS.Packet {
  const response = Packet.createResponseFromRequest(request);
  response.header.ra = 1;
  const [question] = request.questions;
  const type = known.find((name) => Packet.TYPE[name] === question?.type);
  try {
    if (!question) response.header.rcode = Packet.RCODE.FORMERR;
    else {
      const { code, answers, authority } = resolveName(names(), question.name, type ?? unknownType);
      response.header.rcode = Packet.RCODE[code];
      response.answers = answers.map(toResource);
      response.authorities = authority.map(toResource);
    }
  } catch (error) {
    process.stderr.write(`name server: ${question?.name}: ${messageOf(error)}\n`);
    response.header.rcode = Packet.RCODE.SERVFAIL;
  }
  return response;
}

/** No record has a type that is not known here, but its name may well exist. */
const unknownType = "OTHER" as RecordType;

function toResource(record: NameRecord): DNS.Packet.Resource {
  const { name, type, ttl } = record;
  return Object.assign(new Packet.Resource(name, Packet.TYPE[type], Packet.CLASS.IN, ttl), fieldsOf(record));
}

/** A record's content under the field names of the library. */
function fieldsOf(record: NameRecord): Partial<DNS.Packet.Resource> {
  switch (record.type) {
    case "A":
    case "AAAA":
      return { address: record.address };
    case "CNAME":
      return { domain: record.target };
    case "NS":
      return { ns: record.target };
    case "MX":
      return { priority: record.priority, exchange: record.target };
    case "TXT":
      return { data: pieces(record.text) as unknown as string[] };
    case "CAA":
      return { flags: record.flags, tag: record.tag, value: record.value };
    case "SOA": {
      const { primary, negativeTtl: minimum } = record;
      const times = { serial: 1, refresh: 10_800, retry: 3600, expiration: 604_800, minimum };
      return { primary, admin: `hostmaster.${record.name}`, ...times };
    }
  }
}

function pieces(text: string): Buffer[] {
  const whole = Buffer.from(text);
  const count = Math.max(1, Math.ceil(whole.length / longestPiece));
  return Array.from({ length: count }, (_, index) =>
    whole.subarray(index * longestPiece, (index + 1) * longestPiece),
  );
}
