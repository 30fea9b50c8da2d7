import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inputsOf, recordRegistrations, unwrap } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { HostFirewall } = await import("../../components/host/host-firewall.ts");

interface InboundRule {
  readonly protocol: string;
  readonly portRange: string;
  readonly sourceAddresses: readonly string[];
}

suite("a host's firewall", () => {
  test("lets the world reach 80 and 443, the stated addresses 22, and nobody anything else", async () => {
    const firewall = new HostFirewall("host", { firewallName: "f", tag: "t", sshFrom: ["198.51.100.7/32"] });
    await unwrap(firewall.firewallId);
    const rules = inputsOf(registrations, "host-rules");
    const world = ["0.0.0.0/0", "::/0"];
    assert.deepEqual(
      (rules.inboundRules as InboundRule[]).map((rule) => [
        rule.protocol,
        rule.portRange,
        rule.sourceAddresses,
      ]),
      [
        ["tcp", "22", ["198.51.100.7/32"]],
        ["tcp", "80", world],
        ["tcp", "443", world],
      ],
    );
  });

  test("lets everything out, because a direction without rules is closed", () => {
    const rules = inputsOf(registrations, "host-rules");
    assert.deepEqual(
      (rules.outboundRules as InboundRule[]).map(({ protocol }) => protocol),
      ["tcp", "udp", "icmp"],
    );
    assert.deepEqual(rules.tags, ["t"]);
  });
});
