import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { ofType, recordRegistrations, secretValue, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { HostMonitoring } = await import("../../components/monitoring/host-monitoring.ts");
const { ServiceMonitoring } = await import("../../components/monitoring/service-monitoring.ts");
const { notificationsTo } = await import("../../components/monitoring/notifications.ts");

const settings = { emails: ["ops@example.com"], slackChannel: "#alerts" };
const notifications = notificationsTo(settings, () => pulumi.secret("https://hooks.example.com/sample"));
const targets = {
  emails: ["ops@example.com"],
  slacks: [{ channel: "#alerts", url: "https://hooks.example.com/sample" }],
};

new ServiceMonitoring("service-odoo", {
  healthUrl: "https://erp.example.com/web/health",
  checkName: "prod odoo",
  certificateDays: 14,
  notifications,
});
new HostMonitoring("host-erp-monitoring", {
  hostName: "ipai-odoo-erp",
  tag: "insightpulse-prod-erp",
  cpuPercent: 80,
  memoryPercent: 85,
  diskPercent: 90,
  load: 3,
  notifications,
});
await settled();

suite("a service is watched from outside", () => {
  test("by one check on its health address", () => {
    const check = ofType(registrations, "digitalocean:index/uptimeCheck:UptimeCheck")["service-odoo-check"];
    assert.equal(check?.inputs.target, "https://erp.example.com/web/health");
    assert.equal(check?.inputs.type, "https");
  });

  test("by an alert when it is down and one before its certificate ends, to mail and Slack", () => {
    const alerts = ofType(registrations, "digitalocean:index/uptimeAlert:UptimeAlert");
    assert.equal(alerts["service-odoo-down"]?.inputs.type, "down");
    assert.equal(alerts["service-odoo-certificate"]?.inputs.type, "ssl_expiry");
    assert.equal(alerts["service-odoo-certificate"]?.inputs.threshold, 14);
    for (const { inputs } of Object.values(alerts)) {
      assert.deepEqual(secretValue(inputs.notifications), [targets]);
    }
  });
});

suite("a host is watched from inside", () => {
  test("for processor, memory, disk and load, by its tag", () => {
    const alerts = ofType(registrations, "digitalocean:index/monitorAlert:MonitorAlert");
    assert.deepEqual(
      Object.values(alerts).map(({ inputs }) => [inputs.type, inputs.value, inputs.tags]),
      [
        ["v1/insights/droplet/cpu", 80, ["insightpulse-prod-erp"]],
        ["v1/insights/droplet/memory_utilization_percent", 85, ["insightpulse-prod-erp"]],
        ["v1/insights/droplet/disk_utilization_percent", 90, ["insightpulse-prod-erp"]],
        ["v1/insights/droplet/load_15", 3, ["insightpulse-prod-erp"]],
      ],
    );
  });
});

suite("who is told", () => {
  test("without a channel the webhook is not even asked for", () => {
    const told = notificationsTo({ emails: ["ops@example.com"] }, () => assert.fail("asked for the webhook"));
    assert.deepEqual(told, { emails: ["ops@example.com"] });
  });
});
