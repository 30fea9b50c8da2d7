import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mock, suite, test } from "node:test";
import { type SecretRow, secretInventory } from "../../config/derive/secret-inventory.ts";
import { vendorAlerts } from "../../config/derive/secret-users.ts";
import { loadConfiguration } from "../../config/load.ts";
import { secretNames } from "../../config/secrets.ts";
import { ofType, type Registration } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";
import { readStackFile } from "../support/stack-file.ts";

mock.method(console, "warn", () => {});
const secretIs = (secret: string) => `sample-given-${secret}`;
const { registrations } = await runProgram("prod", {}, secretIs);
const rows = secretInventory(loadConfiguration(readStackFile("prod")));

/** Types whose resources are secrets, each with the value the recorder gives them. */
const secretTypes: Readonly<Record<string, (name: string) => string | undefined>> = {
  "random:index/randomPassword:RandomPassword": (name) => `sample-password-${name}`,
  "digitalocean:index/spacesKey:SpacesKey": (name) => `sample-secret-${name}`,
  "tls:index/privateKey:PrivateKey": (name) => `sample-private-key-${name}`,
};

/** Types that make no secret of their own. A new type belongs into one of the two: whoever adds it decides. */
const plainTypes: ReadonlySet<string> = new Set([
  "command:remote:Command",
  ...[
    ...["app:App", "containerRegistry:ContainerRegistry", "dnsRecord:DnsRecord", "domain:Domain"],
    ...["droplet:Droplet", "firewall:Firewall", "monitorAlert:MonitorAlert", "project:Project"],
    ...["projectResources:ProjectResources", "spacesBucket:SpacesBucket", "sshKey:SshKey", "tag:Tag"],
    ...["uptimeAlert:UptimeAlert", "uptimeCheck:UptimeCheck", "volume:Volume", "vpc:Vpc"],
  ].map((type) => `digitalocean:index/${type}`),
]);

const custom = registrations.filter(({ custom }) => custom);
const holders = custom.filter(({ type }) => type in secretTypes);

/** What a row's secret is in this run; undefined for what neither program nor configuration holds. */
function sampleOf({ resource, configurationKey }: SecretRow): string | undefined {
  if (configurationKey !== undefined) return secretIs(configurationKey);
  const holder = holders.find(({ name }) => name === resource);
  return holder && secretTypes[holder.type]?.(holder.name);
}

/** Which of these resources are given a secret, by the name between these two. */
function given(
  resources: Record<string, Registration>,
  secret: string,
  before: string,
  after: string,
): string[] {
  // One name may begin as another does; Docker's credentials are `user:password` in Base64.
  const whole = new RegExp(`${secret}(?![A-Za-z0-9-])`);
  const credentials = Buffer.from(`${secret}:${secret}`).toString("base64");
  // The sign-on proxy wants a key of exactly 32 bytes, which is made of the secret.
  const key = createHash("sha256").update(secret).digest("base64url");
  return Object.values(resources)
    .filter(({ inputs }) => {
      // Where an app's alerts go is the vendor's to know, not the app's.
      const text = JSON.stringify("stdin" in inputs ? inputs.stdin : inputs, (key, value) =>
        key === "destinations" ? undefined : value,
      );
      return whole.test(text) || text.includes(credentials) || text.includes(key);
    })
    .map(({ name }) => name.slice(before.length, name.length - after.length))
    .sort();
}

suite("the inventory of secrets, against the program's resources", () => {
  test("every type of resource is known to make secrets or not", () => {
    const unknown = custom
      .map(({ type }) => type)
      .filter((type) => !(type in secretTypes) && !plainTypes.has(type));
    assert.deepEqual([...new Set(unknown)], []);
  });

  test("every resource that is a secret has a row, and every row a resource", () => {
    const listed = rows.flatMap(({ resource }) => resource ?? []);
    assert.deepEqual(listed.sort(), holders.map(({ name }) => name).sort());
  });

  test("every secret of the configuration has a row when it is needed, and every row is one", () => {
    const listed = rows.flatMap(({ configurationKey }) => configurationKey ?? []);
    // Production needs all there are.
    assert.deepEqual(listed.sort(), [...secretNames].sort());
  });

  test("every secret has one name, by which it is rotated", () => {
    const names = rows.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
  });

  const convergences = Object.fromEntries(
    Object.entries(ofType(registrations, "command:remote:Command")).filter(([name]) =>
      name.endsWith("-convergence-apply"),
    ),
  );
  const apps = ofType(registrations, "digitalocean:index/app:App");
  const alerts = ofType(registrations, "digitalocean:index/monitorAlert:MonitorAlert");
  for (const row of rows) {
    const secret = sampleOf(row);
    if (secret === undefined) continue;
    test(`${row.name} is given to those the inventory names, and to nobody else`, () => {
      const named = (kind: "host" | "app") =>
        [...new Set(row.users.flatMap((user) => (user.on === kind ? [user.name] : [])))].sort();
      assert.deepEqual(given(convergences, secret, "host-", "-convergence-apply"), named("host"));
      assert.deepEqual(given(apps, secret, "app-", "-app"), named("app"));
      assert.equal(given(alerts, secret, "", "").length > 0, row.users.includes(vendorAlerts));
      assert.ok(row.users.length > 0);
    });
  }

  test("what a rotation ends is there, and protected or a login's", () => {
    for (const { name, rotation } of rows) {
      if (rotation.by !== "stack") continue;
      for (const resource of rotation.goes) {
        const found = registrations.find((registration) => registration.name === resource);
        assert.equal(found?.protect, true, `${name} ends ${resource}`);
      }
    }
  });
});
