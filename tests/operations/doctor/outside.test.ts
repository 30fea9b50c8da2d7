import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { verdict } from "../../../operations/doctor/gather/redirects.ts";
import type { NameAnswer, ServedCertificate } from "../../../operations/doctor/gathered.ts";
import {
  config,
  convergeErp,
  found,
  foundOn,
  healthy,
  hostsWith,
  now,
  onErp,
  told,
  urnOf,
} from "./healthy.ts";

const day = 86_400_000;

test("a healthy platform has no findings", () => {
  assert.deepEqual(found({}), []);
});

suite("names", () => {
  const answers = (change: Partial<NameAnswer>, ...resolvers: string[]) =>
    healthy.names.map((one) =>
      one.key === "n8n" && resolvers.includes(one.resolver.name) ? { ...one, ...change } : one,
    );
  const unwell = [{ service: "n8n", healthy: false, reason: "did not answer" }];

  test("a record that somebody has changed in the zone is put back, and told once", () => {
    const names = answers({ values: ["198.51.100.9"] }, "ns1.digitalocean.com", "1.1.1.1");
    const [finding, ...others] = found({ names, services: unwell });
    assert.deepEqual(others, []);
    assert.equal(finding?.severity, "urgent");
    assert.match(
      finding?.what ?? "",
      /^the name leads to 198\.51\.100\.9, and should lead to 192\.0\.2\.10$/,
    );
    assert.equal(finding?.where, "n8n.insightpulseai.net A");
    assert.deepEqual(finding?.fix, [`pulumi up --stack prod --refresh --target '${urnOf("dns-n8n")}'`]);
  });

  test("a record that is gone is made again as the drift of the cloud says, and told once", () => {
    const names = answers({ values: [] }, "ns1.digitalocean.com", "1.1.1.1");
    const drift = { urn: urnOf("dns-n8n"), name: "dns-n8n", type: "a", differences: [], fix: "all of them" };
    assert.deepEqual(told(found({ names, cloud: { answer: [drift] }, services: unwell })), [
      [
        "names",
        "the name does not exist, and should lead to 192.0.2.10",
        "n8n.insightpulseai.net A",
        "all of them",
      ],
    ]);
  });

  test("a resolver that remembers what was is no fault of the zone", () => {
    const [finding] = found({ names: answers({ values: ["198.51.100.9"] }, "1.1.1.1") });
    assert.equal(finding?.severity, "soon");
    assert.match(finding?.cause ?? "", /^1\.1\.1\.1 remembers .* ends after 3600 s/);
  });

  test("two addresses are one too many", () => {
    const names = answers({ values: ["192.0.2.10", "198.51.100.9"] }, "ns1.digitalocean.com");
    assert.equal(found({ names }).length, 1);
  });

  test("one of the zone's own servers that answers nothing is urgent, another resolver is not", () => {
    const silent = (name: string) =>
      healthy.names.map((one) =>
        one.resolver.name === name ? { ...one, values: null, reason: "ETIMEOUT" } : one,
      );
    assert.deepEqual(
      ["ns1.digitalocean.com", "1.1.1.1"].map((name) => found({ names: silent(name) })[0]?.severity),
      ["urgent", "soon"],
    );
  });
});

suite("certificates", () => {
  const served = (seen: Partial<{ fingerprint: string; ends: number; distrusted: string | null }>) =>
    healthy.served.map((one): ServedCertificate => {
      if (one.host !== "erp" || !("answer" in one.seen)) return one;
      return { ...one, seen: { answer: { ...one.seen.answer, ...seen } } };
    });
  const onDisk = (change: object) => {
    const [erp] = healthy.hosts;
    const [certificate] = erp && "answer" in erp.facts ? erp.facts.answer.certificates : [];
    assert.ok(certificate);
    return { certificates: [{ ...certificate, ...change }] };
  };
  const renew = [
    onErp(
      "certbot certonly --cert-name erp.insightpulseai.net --renew-with-new-domains " +
        "--domains insightpulseai.net,*.insightpulseai.net --force-renewal --non-interactive",
    ),
    onErp("systemctl reload nginx.service"),
  ];

  test("one that ends soon, on disk and served, is renewed", () => {
    const ends = now + 5 * day;
    const [finding, ...others] = found({
      hosts: hostsWith(onDisk({ ends: ends / 1000 })),
      served: served({ ends }),
    });
    assert.deepEqual(others, []);
    assert.match(finding?.what ?? "", /^the certificate ends in 5\.0 days, and must last 14$/);
    assert.deepEqual(finding?.fix, renew);
  });

  test("one that was renewed and not taken up is taken up, though the old one ends soon", () => {
    const [finding, ...others] = found({
      hosts: hostsWith(onDisk({ onDisk: "bb" })),
      served: served({ ends: now + day }),
    });
    assert.deepEqual(others, []);
    assert.equal(finding?.what, "the certificate on disk is not the one that is served");
    assert.deepEqual(finding?.fix, [onErp("systemctl reload nginx.service")]);
  });

  test("one that nobody trusts is renewed, and its services are not told of besides", () => {
    const services = healthy.services.map((one) =>
      one.service === "n8n" ? { ...one, healthy: false, reason: "did not answer" } : one,
    );
    const distrusted = "DEPTH_ZERO_SELF_SIGNED_CERT";
    const [finding, ...others] = found({ served: served({ distrusted }), services });
    assert.deepEqual(others, []);
    assert.equal(finding?.severity, "urgent");
    assert.match(finding?.what ?? "", /is trusted by nobody \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    assert.deepEqual(finding?.fix, renew);
  });

  test("one that cannot be read on disk", () => {
    const [finding] = found({
      hosts: hostsWith(onDisk({ onDisk: null, ends: null, problem: "no such file" })),
    });
    assert.match(finding?.what ?? "", /on disk cannot be read: no such file/);
  });

  test("an app's is the vendor's to renew", () => {
    const apps = healthy.served.map((one): ServedCertificate => {
      if (one.name !== "mcp.insightpulseai.net" || !("answer" in one.seen)) return one;
      return { ...one, seen: { answer: { ...one.seen.answer, ends: now - day } } };
    });
    assert.deepEqual(told(found({ served: apps })), [
      [
        "certificate",
        "the certificate ended 1.0 days ago",
        "mcp.insightpulseai.net",
        "pulumi up --stack prod --refresh",
      ],
    ]);
  });
});

suite("ports", () => {
  const listener = {
    ...{ protocol: "tcp", port: 8999, program: "python3", process: 77, unit: "careless.service" },
    startsAtBoot: false,
  };
  const ports = (...open: number[]) => ({
    ports: [22, 80, 443, 5678, 6379].map((port) => ({ port, isOpen: open.includes(port) })),
  });

  test("a program that listens to everybody is stopped; only the firewalls kept others from it", () => {
    const [finding, ...others] = foundOn({ listeners: [listener] });
    assert.deepEqual(others, []);
    assert.equal(finding?.severity, "soon");
    assert.match(finding?.what ?? "", /^python3 listens to everybody on port 8999 \(tcp\)$/);
    assert.deepEqual(finding?.fix, [onErp("systemctl stop careless.service")]);
  });

  test("one that would come back at boot is switched off, and one that is no service is ended", () => {
    const fixOf = (change: object) => foundOn({ listeners: [{ ...listener, ...change }] })[0]?.fix;
    assert.deepEqual(fixOf({ startsAtBoot: true }), [
      onErp("systemctl stop careless.service"),
      onErp("systemctl disable careless.service"),
    ]);
    assert.deepEqual(fixOf({ unit: "session-4.scope" }), [onErp("kill 77")]);
  });

  test("what is reached from outside is urgent; a service of ours is bound to loopback again", () => {
    const redis = { ...listener, port: 5678, program: "n8n", unit: "n8n.service" };
    const [finding] = foundOn({ listeners: [redis] }, ports(22, 80, 443, 5678));
    assert.equal(finding?.severity, "urgent");
    assert.deepEqual(finding?.fix, [convergeErp, onErp("systemctl restart n8n.service")]);
  });

  test("a door that is shut, with nginx that does not run told once", () => {
    const units = {
      "nginx.service": "inactive",
      "watch.timer": "active",
      "odoo.service": "active",
      "n8n.service": "active",
    };
    const services = healthy.services.map((one) =>
      one.service === "odoo" ? { ...one, healthy: false, reason: "did not answer" } : one,
    );
    const findings = found({ services, hosts: hostsWith({ units, listeners: [] }, ports(22)) });
    assert.deepEqual(told(findings), [
      [
        "units",
        "the unit is inactive, and is to run",
        "erp: nginx.service",
        onErp("systemctl start nginx.service"),
      ],
    ]);
  });

  test("a door that is shut while nginx runs is the firewalls'", () => {
    assert.deepEqual(told(foundOn({}, ports(22, 80))), [
      ["ports", "port 443 does not answer", "erp (192.0.2.10)", convergeErp],
    ]);
  });

  test("a host that nobody reaches is one finding", () => {
    const findings = foundOn(
      {},
      { facts: { unasked: "timed out" }, drift: { unasked: "timed out" }, ...ports() },
    );
    assert.deepEqual(
      findings.map(({ kind, what }) => [kind, what]),
      [["reach", "the host answers nobody"]],
    );
    assert.match(
      findings[0]?.fix[0] ?? "",
      /^doctl compute droplet-action power-cycle .* list ipai-odoo-erp /,
    );
  });

  test("a host that answers and cannot be entered says why", () => {
    const [finding, ...others] = foundOn(
      {},
      { facts: { unasked: "a password is required" }, drift: { unasked: "no" } },
    );
    assert.deepEqual(others, []);
    assert.equal(finding?.cause, "a password is required");
    assert.deepEqual(finding?.fix, [convergeErp]);
  });
});

suite("services", () => {
  const unwell = (service: string) =>
    healthy.services.map((one) =>
      one.service === service ? { ...one, healthy: false, reason: "answered 502 instead of 200" } : one,
    );

  test("one that runs and does not serve is restarted, and converge's word for it is not told besides", () => {
    const drift = { answer: [{ path: "n8n.service", what: "answers 502" }] };
    assert.deepEqual(told(found({ services: unwell("n8n"), hosts: hostsWith({}, { drift }) })), [
      [
        ...["service", "n8n answered 502 instead of 200", "https://n8n.insightpulseai.net"],
        onErp("systemctl restart n8n.service"),
      ],
    ]);
  });

  test("a name that this computer finds no address for is no app's fault, and nothing is restarted for it", () => {
    const reason = "did not answer: getaddrinfo ENOTFOUND mcp.insightpulseai.net";
    const services = healthy.services.map((one) =>
      one.service === "mcp" ? { ...one, healthy: false, reason } : one,
    );
    const [finding] = found({ services });
    assert.match(finding?.cause ?? "", /finds no address for its name/);
    assert.deepEqual(finding?.fix, []);
  });

  test("one on a host that nobody knows of is not taken for an app", () => {
    const state = { unasked: "pulumi is not on PATH" };
    const finding = found({ services: unwell("n8n"), hosts: [], state }).find(
      ({ kind }) => kind === "service",
    );
    assert.match(
      finding?.cause ?? "",
      /^the stack's state, which says where its host is, could not be read$/,
    );
    assert.deepEqual(finding?.fix, []);
  });

  test("an app is deployed once more", () => {
    assert.deepEqual(found({ services: unwell("mcp") })[0]?.fix, ["pulumi up --stack prod --refresh"]);
  });
});

suite("sign-on", () => {
  const redirect = {
    ...{
      service: "n8n",
      uri: "https://n8n.insightpulseai.net/oauth2/callback",
      idSecret: "proxyGoogleClientId",
    },
    ...{ sent: "https://n8n.insightpulseai.net/oauth2/callback", google: "registered" as const },
  };
  const about = (change: object) => found({ redirects: { answer: [{ ...redirect, ...change }] } });

  test("what is registered and sent is none", () => {
    assert.deepEqual(about({}), []);
    assert.deepEqual(about({ sent: null }), []);
  });

  test("a redirect URI that Google does not know takes a person, and says where", () => {
    const [finding] = about({ google: "not registered" });
    assert.deepEqual(finding?.fix, []);
    assert.match(finding?.byHand ?? "", /authorised redirect URIs at console\.cloud\.google\.com/);
  });

  test("a client that is gone is made anew", () => {
    assert.deepEqual(about({ google: "unknown client" })[0]?.fix, [
      "./scripts/ops rotate proxyGoogleClientId prod",
    ]);
  });

  test("a proxy that sends another one is converged", () => {
    const [finding] = about({ sent: "https://elsewhere.example/oauth2/callback" });
    assert.match(finding?.what ?? "", /sent back to https:\/\/elsewhere\.example/);
    assert.deepEqual(finding?.fix, [convergeErp]);
  });

  test("Google's errors are read where it writes them", () => {
    const error = Buffer.from("\n\x15redirect_uri_mismatch\x12").toString("base64");
    const location = `https://accounts.google.com/signin/oauth/error?authError=${encodeURIComponent(error)}`;
    assert.equal(verdict(location, ""), "not registered");
    assert.equal(verdict("", "Error 401: invalid_client"), "unknown client");
    assert.equal(verdict("/signin/oauth/id", "<a>"), "registered");
  });
});

suite("the cloud and the stack", () => {
  test("a firewall that somebody has opened is urgent, another resource is not", () => {
    const drift = (type: string) => ({
      ...{ urn: urnOf("one"), name: "one", type, fix: "pulumi up" },
      differences: [{ what: "inboundRules[3]", how: "was added" }],
    });
    const of = (type: string) => found({ cloud: { answer: [drift(type)] } })[0];
    assert.deepEqual(
      [of("digitalocean:index/firewall:Firewall"), of("digitalocean:index/tag:Tag")].map((one) => [
        one?.kind,
        one?.severity,
      ]),
      [
        ["firewall", "urgent"],
        ["drift", "soon"],
      ],
    );
  });

  test("a lock whose process has ended is freed; that the cloud could not be asked is told once", () => {
    const lock = { file: "f", owner: "ana@desk", pid: 7, since: "", ageSeconds: 600, runs: false };
    const cloud = { unasked: "the stack is locked" };
    assert.deepEqual(told(found({ locks: { answer: [lock] }, cloud })), [
      [
        ...["lock", "nobody can run pulumi up: the stack is locked", "prod"],
        "./scripts/ops state lock prod --free",
      ],
    ]);
    assert.deepEqual(found({ locks: { answer: [{ ...lock, runs: true }] } }), []);
    const elsewhere = found({ locks: { answer: [{ ...lock, runs: null, ageSeconds: 7200 }] } });
    assert.deepEqual(elsewhere[0]?.fix, ["./scripts/ops state lock prod --free --held-by 'ana@desk'"]);
  });

  test("a secret that is too old is rotated", () => {
    const age = { days: 200, source: "state", limit: 180, overdue: true } as const;
    assert.deepEqual(told(found({ secrets: [{ name: "odoo", age }] })), [
      ["secret", "the secret is 200 days old, and may be 180", "odoo", "./scripts/ops rotate odoo prod"],
    ]);
  });

  test("whoever could not be asked is a finding: that nobody looked is no sign of health", () => {
    const findings = found({ cloud: { unasked: "no token" }, redirects: { unasked: "no passphrase" } });
    assert.deepEqual(
      findings.map(({ what, cause }) => [what, cause]),
      [
        ["nobody could look", "no token"],
        ["nobody could look", "no passphrase"],
      ],
    );
  });

  test("what is urgent comes first", () => {
    const age = { days: 200, source: "state", limit: 180, overdue: true } as const;
    const findings = found({
      secrets: [{ name: "odoo", age }],
      hosts: hostsWith({ provenBackup: { time: null } }),
    });
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ["backup", "secret"],
    );
    assert.equal(config.stack, "prod");
  });
});
