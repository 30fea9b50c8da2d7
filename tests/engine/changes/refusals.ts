import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EditedStack, Edits } from "../../support/edited-stack.ts";
import { lasting } from "../../support/sandbox.ts";

/** An edit, the resource it would cost, and why that refuses. */
interface Refused {
  readonly edits: Edits;
  readonly by: string;
  readonly because: RegExp;
}

const replacing = /unable to replace .*protection/s;
const deleting = /cannot be deleted.*protected/s;

/** Refused in every environment that lasts. */
export const refusedEverywhere: Readonly<Record<string, Refused>> = {
  "a new second region for backups": {
    edits: { "backup.secondRegion": "fra1" },
    by: "backups-second",
    because: replacing,
  },
  "another name for the backups": {
    edits: { "backup.bucket": "insightpulse-archive" },
    by: "backups-first",
    because: replacing,
  },
  "a host in another region": {
    edits: { "hosts.erp.region": "sgp1" },
    by: "host-erp-droplet",
    because: replacing,
  },
  "another address range under the hosts": {
    edits: { "networks.sfo2.ipRange": "10.122.0.0/20" },
    by: "network-sfo2",
    because: /unable to replace .*host-erp-droplet.*protect/s,
  },
};

/** Refused in production, where names and apps are protected too. */
export const refusedInProd: Readonly<Record<string, Refused>> = {
  ...refusedEverywhere,
  "names that move to another provider in one step": {
    edits: {
      "dns.provider": "cloudflare",
      "dns.cloudflare": { accountId: "0123456789abcdef0123456789abcdef" },
    },
    // In prod the records refuse before the zone is asked.
    by: "dns-",
    because: deleting,
  },
  "a volume in another region": {
    edits: { "volumes.odoobo-backup.region": "sfo2" },
    by: "volume-odoobo-backup",
    because: replacing,
  },
  "a smaller volume": {
    edits: { "volumes.odoobo-backup.sizeGib": 50 },
    by: "volume-odoobo-backup",
    because: /can only be expanded and not shrunk/,
  },
  "a service's name taken out": {
    edits: { "services.agent": { enabled: false } },
    by: "dns-agent",
    because: deleting,
  },
};

/** What would lose data: refused by what would be lost, in an environment that is up. */
export function changesRefused(stack: EditedStack, cases: Readonly<Record<string, Refused>>): void {
  suite(`a change that would cost data is refused in ${stack.environment}, by what it would cost`, () => {
    // Two at a time: a preview waits for the program and for the cloud in turn.
    test("and nothing is touched", { concurrency: 2 }, async (context) => {
      const before = lasting(await stack.sandbox.inventory());
      await Promise.all(
        Object.entries(cases).map(([change, { edits, by, because }]) =>
          context.test(change, () => stack.assertRefused(edits, by, because)),
        ),
      );
      assert.deepEqual(lasting(await stack.sandbox.inventory()), before);
    });
  });
}
