import { type Fault, removeCommand, setCommand } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** No extra record takes a name that the catalogue already answers for. */
export const dnsRecords = rule(["dns", "services", "domain"], (settings, { stack, catalogue }) => {
  const faults: Fault[] = [];
  const { dns } = settings;
  const taken = new Map(
    resolveServices(catalogue, settings).map(({ subdomain, name }) => [subdomain, `the service ${name}`]),
  );
  taken.set("www", "the zone itself");
  dns.extraRecords.forEach((record, position) => {
    const path = `dns.extraRecords[${position}]`;
    const owner =
      record.name === "@" && ["A", "CNAME"].includes(record.type)
        ? "the zone itself"
        : taken.get(record.name);
    if (owner !== undefined) {
      faults.push({
        path,
        problem: `"${record.name}" is already the name of ${owner}.`,
        allowed: "a name nothing else answers for",
        fix: removeCommand(path, stack),
      });
    }
    if ((record.type === "MX") !== (record.priority !== undefined)) {
      faults.push({
        path: `${path}.priority`,
        problem:
          record.type === "MX"
            ? "is missing: mail servers are tried in its order."
            : "belongs to MX records only.",
        fix:
          record.type === "MX"
            ? setCommand(`${path}.priority`, 10, stack)
            : removeCommand(`${path}.priority`, stack),
      });
    }
  });
  return faults;
});
