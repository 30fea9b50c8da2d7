import { gatedServices } from "../derive/sign-on.ts";
import { type Fault, setCommand, show } from "../fault.ts";
import { appServices, resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** Domains in which anybody can have an address. */
const publicDomains: ReadonlySet<string> = new Set([
  ...["gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "outlook.com", "hotmail.com", "live.com"],
  ...["icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "zoho.com"],
]);

/** Somebody may sign in to services behind the sign-on proxy, and to those that are told who may; and not just anybody. */
export const signOn = rule(
  ["signOn", "services", "domain", "convergeHosts"],
  (settings, { stack, catalogue }): Fault[] => {
    const { emailDomains, emails } = settings.signOn;
    const open = emailDomains.flatMap((domain, index): Fault[] =>
      publicDomains.has(domain)
        ? [
            {
              path: `signOn.emailDomains[${index}]`,
              problem: `${show(domain)} gives an address to everybody, so everybody could sign in.`,
              allowed: "domains of your own; single addresses elsewhere stand in signOn.emails",
              fix: setCommand(`signOn.emailDomains[${index}]`, "YOUR-DOMAIN.example", stack),
            },
          ]
        : [],
    );
    const services = resolveServices(catalogue, settings);
    const closed = [
      ...(settings.convergeHosts ? gatedServices(services) : []),
      ...appServices(services).filter(
        ({ specification, variables }) =>
          specification === "managed" &&
          Object.values(variables).some(({ from }) => from === "signOnAddresses"),
      ),
    ];
    if (closed.length === 0 || emailDomains.length + emails.length > 0) return open;
    return [
      {
        path: "signOn",
        problem: `says of nobody that he may sign in, and ${closed.map(({ name }) => name).join(" and ")} would be closed.`,
        allowed: "at least one of signOn.emailDomains and signOn.emails",
        fix: setCommand("signOn.emailDomains[0]", "YOUR-DOMAIN.example", stack),
      },
    ];
  },
);
