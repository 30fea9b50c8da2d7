import { dayCommand } from "../secrets.ts";
import type { InventorySource, SecretRow } from "./secret-inventory.ts";

/** What no configuration and no state of the stack holds: it opens them, or hosts keep it to themselves. */
export function outsideSecrets({ dns, stack, convergeHosts, hosts }: InventorySource): SecretRow[] {
  const onHosts = convergeHosts ? Object.keys(hosts) : [];
  return [
    {
      ...{ name: "state-passphrase", kind: "kept" },
      purpose: "opens the state and with it every other secret here",
      users: [
        { on: "desk", part: "pulumi" },
        { on: "desk", part: "./scripts/ops" },
      ],
      rotation: {
        by: "steps",
        because: "it encrypts the state and every copy of it, and the engine has a command of its own",
        steps: [
          `pulumi stack change-secrets-provider passphrase --stack ${stack}`,
          dayCommand("state-passphrase", stack),
          `git commit Pulumi.${stack}.yaml`,
          `./scripts/ops state backup ${stack}`,
          "Older copies of the state are opened by the old one: if it has leaked, delete them, and rotate every other secret " +
            "here (docs/runbooks/rotate-leaked-secrets.md).",
        ],
      },
    },
    {
      ...{ name: "kit-passphrase", kind: "kept" },
      purpose:
        "opens the disaster kits, and with them every other secret here; several people hold shares of it",
      users: [{ on: "desk", part: "./scripts/ops kit" }],
      rotation: {
        by: "steps",
        because: "its shares are with people, who have to be given the new ones",
        steps: [
          `./scripts/ops kit shares ${stack} --any 3 --of 5`,
          `./scripts/ops kit make ${stack}`,
          dayCommand("kit-passphrase", stack),
          "Older kits are opened by the older shares: let people keep those until the older kits are deleted.",
        ],
      },
    },
    operatorsToken(
      "DIGITALOCEAN_TOKEN",
      "everything in the account",
      "DigitalOcean control panel, API, Tokens",
      stack,
    ),
    operatorsToken(
      "SPACES_SECRET_ACCESS_KEY",
      "every bucket, the state's too",
      "DigitalOcean control panel, Spaces Object Storage, Access Keys",
      stack,
    ),
    ...([dns.provider, ...dns.alsoServe].includes("cloudflare")
      ? [
          operatorsToken(
            "CLOUDFLARE_API_TOKEN",
            "the zone",
            "Cloudflare dashboard, My Profile, API Tokens",
            stack,
          ),
        ]
      : []),
    ...(dns.provider === "elsewhere" || onHosts.length === 0 ? [] : [certificateKeys(onHosts)]),
  ];
}

/** A token of whoever runs the stack, a person or the pipeline. Where it is kept is theirs to say. */
function operatorsToken(name: string, opens: string, source: string, stack: string): SecretRow {
  return {
    ...{ name, kind: "given", purpose: `token of whoever runs pulumi: opens ${opens}` },
    users: [
      { on: "desk", part: "pulumi up" },
      { on: "desk", part: "the pipeline that deploys" },
    ],
    rotation: {
      by: "steps",
      because: "each person and the pipeline has one of their own, and the stack never sees where it is kept",
      steps: [
        `Make a second one: ${source}.`,
        `Put it in the place of the old ${name}, in each shell, and in the pipeline's secrets.`,
        `pulumi preview --expect-no-changes --stack ${stack}`,
        dayCommand(name, stack),
        "Delete the old one there.",
      ],
    },
  };
}

function certificateKeys(hosts: readonly string[]): SecretRow {
  return {
    ...{ name: "certificate-keys", kind: "host's own" },
    purpose:
      "keys of the certificates, and of the account with Let's Encrypt; they leave their host sealed only, in backups and the disaster kit",
    users: hosts.map((name) => ({ on: "host", name, part: "nginx" })),
    rotation: {
      by: "steps",
      because: "every renewal makes another key, at the latest after 60 days, by itself",
      steps: [
        "Before that, on each host: sudo certbot renew --cert-name NAME --force-renewal",
        "Once it is served, by its number: sudo certbot revoke --cert-path /etc/letsencrypt/archive/NAME/cert1.pem --reason keycompromise",
      ],
    },
  };
}
