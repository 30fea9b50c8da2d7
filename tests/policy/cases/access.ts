import { types } from "../../../policy/types.ts";
import { type RuleCases, resource, unknown } from "../support.ts";

const world = ["0.0.0.0/0", "::/0"];
const tcp = (portRange: string, sourceAddresses = world) => ({ protocol: "tcp", portRange, sourceAddresses });
const firewall = (...inboundRules: object[]) =>
  resource(types.firewall, "rules", { inboundRules, tags: ["one"] });
const stack = (acknowledgements: object) => resource(types.stack, "insightpulse-prod", { acknowledgements });
const app = (spec: object, ignoreChanges: string[] = []) =>
  resource(types.app, "app", { spec }, { ignoreChanges });
const service = (...envs: object[]) => app({ services: [{ name: "web", envs }] });
const secret = "sample-secret-that-is-long";
const password = resource(types.password, "generated-key", { result: secret });

/** Who gets in, and what opens it. */
export const accessCases: Readonly<Record<string, RuleCases>> = {
  "only-the-web-is-open": {
    refused: {
      "Odoo's own port": {
        resources: [firewall(tcp("443"), tcp("8069"))],
        says: /^rules: tcp 8069 is open to the world\. Take that rule out of components/,
      },
      "a range of ports around 443": { resources: [firewall(tcp("440-450"))], says: /tcp 440-450 is open/ },
      "everything of a protocol": {
        resources: [firewall({ protocol: "udp", sourceAddresses: ["::/0"] })],
        says: /udp of every kind is open/,
      },
    },
    accepted: {
      "the web and SSH": { resources: [firewall(tcp("22"), tcp("80"), tcp("443"))] },
      "another port for stated addresses": { resources: [firewall(tcp("8069", ["10.0.0.0/8"]))] },
      "a firewall without rules": { resources: [resource(types.firewall, "closed")] },
    },
  },
  "ssh-is-for-stated-addresses": {
    refused: {
      "the world, with no word on it": {
        resources: [stack({}), firewall(tcp("22"))],
        says: /^rules: port 22 is open to the world, and nobody says why\. Set ssh\.allowFrom/,
      },
      "the world over IPv6 alone": { resources: [firewall(tcp("22", ["::/0"]))], says: /port 22 is open/ },
    },
    accepted: {
      "stated addresses": { resources: [firewall(tcp("22", ["198.51.100.7/32"]))] },
      "the world where the settings say why": {
        resources: [stack({ "ssh-is-for-stated-addresses": "As found." }), firewall(tcp("22"))],
      },
    },
  },
  "hosts-have-a-firewall": {
    refused: {
      "a droplet whose tags no firewall has": {
        resources: [resource(types.droplet, "host", { tags: ["other"] }), firewall()],
        says: /^host: no firewall stands before any of its tags \(other\)\. Give it a HostFirewall/,
      },
    },
    accepted: {
      "a droplet with the firewall's tag": {
        resources: [resource(types.droplet, "host", { tags: ["other", "one"] }), firewall()],
      },
      "tags that a preview does not know": {
        resources: [resource(types.droplet, "host", unknown({}, "tags"))],
      },
    },
  },
  "app-secrets-are-typed": {
    refused: {
      "a secret by its name": {
        resources: [service({ key: "NEXTAUTH_SECRET", value: "x", scope: "RUN_TIME", type: "GENERAL" })],
        says: /^app: NEXTAUTH_SECRET of web looks like a secret, and is plain text\. Take it from/,
      },
      "a secret by its value": {
        resources: [
          service({
            key: "STORE",
            value: "postgresql://u:p@db.example.test/x",
            scope: "RUN_TIME",
            type: "GENERAL",
          }),
        ],
        says: /STORE of web looks like a secret/,
      },
      "a secret at build time": {
        resources: [service({ key: "NEXTAUTH_SECRET", scope: "RUN_AND_BUILD_TIME", type: "SECRET" })],
        says: /is a secret, and given while the image is built/,
      },
      "a secret in what runs before a deployment": {
        resources: [
          app({
            jobs: [
              {
                name: "before-deployment",
                kind: "PRE_DEPLOY",
                envs: [{ key: "A_SECRET", scope: "RUN_TIME", type: "GENERAL" }],
              },
            ],
          }),
        ],
        says: /A_SECRET of before-deployment looks like a secret, and is plain text/,
      },
      "a secret in a static site": {
        resources: [
          app({ staticSites: [{ name: "pages", envs: [{ key: "A", type: "SECRET", scope: "RUN_TIME" }] }] }),
        ],
        says: /A would stand in the static site pages, which everyone can read/,
      },
    },
    accepted: {
      "typed, at run time, beside plain ones": {
        resources: [
          service(
            { key: "SUPERSET_SECRET_KEY", scope: "RUN_TIME", type: "SECRET" },
            { key: "ODOO_URL", value: "https://erp.example.test", scope: "RUN_TIME", type: "GENERAL" },
            { key: "PORT", value: "3000", scope: "RUN_TIME", type: "GENERAL" },
          ),
        ],
      },
      "typed, in what runs before a deployment": {
        resources: [
          app({
            jobs: [
              {
                name: "before-deployment",
                kind: "PRE_DEPLOY",
                envs: [{ key: "A_SECRET", scope: "RUN_TIME", type: "SECRET" }],
              },
            ],
          }),
        ],
      },
      "an app that is left as it was found": {
        resources: [
          app({ services: [{ name: "web", envs: [{ key: "A_SECRET", type: "GENERAL" }] }] }, ["spec"]),
        ],
      },
      "an app of nothing": { resources: [resource(types.app, "app")] },
    },
  },
  "secrets-stay-in-secret-inputs": {
    refused: {
      "a command's text": {
        resources: [password, resource(types.command, "run", { create: `psql --password=${secret}` })],
        says: /^run: the secret generated-key stands in create\. Pass it through standard input/,
      },
      "a command's variables": {
        resources: [password, resource(types.command, "run", { environment: { PGPASSWORD: secret } })],
        says: /stands in environment/,
      },
      "a plain variable of an app": {
        resources: [password, service({ key: "A", value: `x${secret}`, type: "GENERAL" })],
        says: /stands in a plain variable of its services/,
      },
      "a tag": {
        resources: [password, resource(types.droplet, "host", { tags: [secret] })],
        says: /stands in tags/,
      },
    },
    accepted: {
      "standard input and typed variables": {
        resources: [
          password,
          resource(types.command, "run", { create: "psql", stdin: secret }),
          service({ key: "A", value: secret, type: "SECRET" }),
        ],
      },
      "what a preview does not know": {
        resources: [
          resource(types.password, "generated-key", unknown({}, "result")),
          resource(types.command, "run", unknown({}, "create")),
        ],
      },
    },
  },
};
