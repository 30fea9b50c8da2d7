import assert from "node:assert/strict";
import type { TestSandbox } from "./sandbox.ts";

/**
 * What an account had that its seed does not have, since so much is counted there: firewalls that open ports past nginx, and a zone
 * whose names answer twice. All of it is made by the vendor's interface, as somebody did it once.
 */
export class AsFound {
  readonly #sandbox: TestSandbox;

  /** @param sandbox whose cloud runs already */
  constructor(sandbox: TestSandbox) {
    this.#sandbox = sandbox;
  }

  /** What somebody does in the control panel. */
  async byHand(method: string, path: string, body?: object): Promise<unknown> {
    const { apiUrl, token } = this.#sandbox.cloud();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Opens the ports of old plans in the one firewall there is, and makes such a one for the host that has none. */
  async openFirewalls(): Promise<void> {
    const { firewalls } = (await this.byHand("GET", "/v2/firewalls")) as { firewalls: Firewall[] };
    const [first, ...others] = firewalls;
    assert.ok(first !== undefined && others.length === 0, "the seed has one firewall");
    const { id, name, inbound_rules, outbound_rules, droplet_ids } = first;
    const opened = [...inbound_rules, ...openedPorts.ocr.map(toEverybody)];
    await this.byHand("PUT", `/v2/firewalls/${id}`, {
      ...{ name, inbound_rules: opened, outbound_rules, droplet_ids },
    });
    await this.byHand("POST", "/v2/firewalls", {
      ...{ name: "odoo-fw", inbound_rules: [...inbound_rules, ...openedPorts.erp.map(toEverybody)] },
      ...{ outbound_rules, droplet_ids: [527891549] },
    });
  }

  /** Makes a record of a zone, and gives its id. */
  async record(zone: string, type: string, name: string, data: string, rest: object = {}): Promise<number> {
    const made = await this.byHand("POST", `/v2/domains/${zone}/records`, {
      ...{ type, name, data, ttl: 1800 },
      ...rest,
    });
    return (made as { domain_record: { id: number } }).domain_record.id;
  }
}

/** By host, the ports that were opened to everybody beside 22, 80 and 443. */
export const openedPorts = {
  erp: ["8069", "8088", "3000", "8065", "5678"],
  ocr: ["8000", "11434"],
} as const;

interface Firewall {
  readonly id: string;
  readonly name: string;
  readonly inbound_rules: readonly object[];
  readonly outbound_rules: readonly object[];
  readonly droplet_ids: readonly number[];
}

const toEverybody = (ports: string) => ({
  ...{ protocol: "tcp", ports },
  sources: { addresses: ["0.0.0.0/0", "::/0"] },
});
