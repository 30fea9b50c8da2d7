import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import type { HostBundle } from "../../host/bundle.ts";
import { runProgram } from "../support/program.ts";
import { bundlesOf, unwatched, unwatchedOnHost } from "../support/unwatched.ts";

mock.method(console, "warn", () => {});
const { registrations, outputs } = await runProgram("prod");
const services = outputs.services as { name: string; healthUrl: string }[];

suite("everything that prod declares", () => {
  test("has somebody who is told when it fails", () => {
    assert.equal(services.length, 7);
    assert.equal(bundlesOf(registrations).length, 2);
    assert.deepEqual(unwatched(registrations, services), []);
  });

  for (const [what, left] of [
    ["service-ocr-check", "ocr: nobody asks https://ocr.insightpulseai.net/health from outside"],
    ["service-odoo-certificate", "odoo: no alert of type ssl_expiry tells anybody"],
    ["host-ocr-monitoring-disk", "host-ocr-droplet: no alert on disk_utilization_percent tells anybody"],
  ] as const)
    test(`is found when ${what} is not there`, () => {
      const without = registrations.filter(({ name }) => name !== what);
      assert.deepEqual(unwatched(without, services), [left]);
    });

  test("an app whose alerts tell nobody is found", () => {
    const silent = registrations.map((one) =>
      one.name === "app-mcp-app" ? { ...one, inputs: { spec: { services: [{ alerts: [] }] } } } : one,
    );
    assert.equal(unwatched(silent, services).length, 5);
  });
});

suite("everything that lands on a host", () => {
  const [erp, ocr] = ["erp", "ocr"].map(
    (name) => bundlesOf(registrations).find(({ host }) => host === name) ?? assert.fail(name),
  ) as [HostBundle, HostBundle];
  const unit = (name: string) => ({ name, enabled: true, restartOn: [], reloadOn: [] });
  const file = (path: string, content = "") => ({
    path,
    content,
    mode: "0644",
    owner: "root",
    group: "root",
  });
  const withFiles = (bundle: HostBundle, ...more: ReturnType<typeof file>[]) => ({
    ...bundle,
    files: [...bundle.files.filter(({ path }) => !more.some((one) => one.path === path)), ...more],
  });

  for (const [what, bundle, left] of [
    [
      "a timer",
      { ...erp, units: [...erp.units, unit("tidy.timer")] },
      "erp: nobody watches the timer tidy.timer",
    ],
    [
      "a service",
      withFiles(erp, file("/etc/containers/systemd/wiki.container")),
      "erp: nobody watches the service wiki",
    ],
    [
      "a certificate",
      withFiles(ocr, file("/etc/nginx/snippets/tls.conf", "ssl_certificate /etc/other.pem;")),
      "ocr: nobody watches the certificate /etc/other.pem",
    ],
    [
      "a backup",
      withFiles(erp, file("/etc/systemd/system/backup-mail.service", "[Service]")),
      "erp: nobody watches the failure of backup-mail",
    ],
    [
      "its watch",
      { ...ocr, units: ocr.units.filter(({ name }) => name !== "watch.timer") },
      "ocr: nobody watches the watch itself: watch.timer",
    ],
  ] as const)
    test(`${what} that nobody watches is found`, () => {
      assert.deepEqual(unwatchedOnHost(bundle), [left]);
    });
});
