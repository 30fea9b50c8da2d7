import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { suite, test } from "node:test";
import { expectedRecords } from "../../../operations/doctor/gather/names.ts";
import { askPorts, portsToAsk } from "../../../operations/doctor/gather/ports.ts";
import { namesToVisit } from "../../../operations/doctor/gather/served.ts";
import { config } from "./healthy.ts";

suite("what is asked from outside", () => {
  test("ports that are open, and ports that are not", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    assert.deepEqual(await askPorts("127.0.0.1", [port]), [{ port, isOpen: true }]);
    server.close();
    await once(server, "close");
    assert.deepEqual(await askPorts("127.0.0.1", [port]), [{ port, isOpen: false }]);
  });

  test("the ports that are to be open, those of every service and its queue, and notorious ones, each once", () => {
    const ports = portsToAsk(config.resolvedServices);
    for (const port of [22, 80, 443, 8069, 8072, 8065, 5678, 8080, 6379, 2375])
      assert.ok(ports.includes(port), `${port}`);
    assert.equal(new Set(ports).size, ports.length);
  });

  test("names of every service, the bare domain and www, with what they are to lead to", () => {
    const addresses = { erp: "192.0.2.10", ocr: "192.0.2.20" };
    const records = expectedRecords(config, { addresses, apps: { mcp: "mcp.ondigitalocean.app" } });
    const lead = (name: string) => records.find((one) => one.name === name)?.expected;
    assert.deepEqual(["insightpulseai.net", "erp.insightpulseai.net", "ocr.insightpulseai.net"].map(lead), [
      "192.0.2.10",
      "192.0.2.10",
      "192.0.2.20",
    ]);
    assert.equal(lead("www.insightpulseai.net"), "insightpulseai.net");
    assert.equal(lead("mcp.insightpulseai.net"), "mcp.ondigitalocean.app");
    assert.equal(lead("superset.insightpulseai.net"), undefined, "nobody knows yet where it leads");
  });

  test("certificates of hosts and apps, and not of what is somebody else's", () => {
    const names = namesToVisit(config).map(({ name, host }) => `${name} ${host ?? "app"}`);
    for (const one of ["insightpulseai.net erp", "ocr.insightpulseai.net ocr", "mcp.insightpulseai.net app"])
      assert.ok(names.includes(one), one);
    assert.ok(!names.some((one) => one.startsWith("agent.")));
  });
});
