import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { wantedRules } from "../../../operations/doctor/findings/firewall.ts";
import { formatFindings } from "../../../operations/doctor/format.ts";
import { secondsAhead } from "../../../operations/doctor/gather/host-facts.ts";
import { convergeErp, foundOn, onErp, told } from "./healthy.ts";

const running = {
  "nginx.service": "active",
  "watch.timer": "active",
  "odoo.service": "active",
  "n8n.service": "active",
};

suite("units", () => {
  test("one that was stopped is started, and converge's word for it is not told besides", () => {
    const drift = { answer: [{ path: "n8n.service", what: "not running" }] };
    assert.deepEqual(told(foundOn({ units: { ...running, "n8n.service": "inactive" } }, { drift })), [
      [
        "units",
        "the unit is inactive, and is to run",
        "erp: n8n.service",
        onErp("systemctl start n8n.service"),
      ],
    ]);
  });

  test("one that has failed is forgiven first; one that is not there is said to be so", () => {
    const failed = [{ unit: "n8n.service", result: "start-limit-hit", transient: false }];
    assert.deepEqual(foundOn({ units: { ...running, "n8n.service": "failed" }, failed })[0]?.fix, [
      onErp("systemctl reset-failed n8n.service"),
      onErp("systemctl start n8n.service"),
    ]);
    const { "watch.timer": _gone, ...others } = running;
    assert.equal(foundOn({ units: others })[0]?.what, "the unit is not there, and is to run");
  });

  test("one that is starting is well, and a timer that is stopped is not urgent yet", () => {
    assert.deepEqual(foundOn({ units: { ...running, "n8n.service": "activating" } }), []);
    assert.equal(foundOn({ units: { ...running, "watch.timer": "inactive" } })[0]?.severity, "soon");
  });

  test("what a timer starts has its work still to do; what was started by hand is forgotten", () => {
    const failed = [
      { unit: "backup.service", result: "exit-code", transient: false },
      { unit: "tried.service", result: "signal", transient: true },
    ];
    assert.deepEqual(told(foundOn({ failed })), [
      ["units", "the unit has failed", "erp: backup.service", onErp("systemctl restart backup.service")],
      ["units", "the unit has failed", "erp: tried.service", onErp("systemctl reset-failed tried.service")],
    ]);
  });

  test("one that runs and is not to is stopped", () => {
    const declared = {
      units: [{ name: "n8n.service", enabled: false }],
      files: [],
      firewall: { sshFrom: ["::/0"], open: [80, 443] },
    };
    assert.deepEqual(told(foundOn({ units: running }, { declared })), [
      ["units", "the unit runs, and is not to", "erp: n8n.service", onErp("systemctl stop n8n.service")],
    ]);
  });
});

suite("the host's firewall", () => {
  const rules = ["allow 80/tcp", "allow 443/tcp", "allow 22/tcp"];
  const drift = { answer: [{ path: "ufw", what: "rules changed" }] };

  test("one that is off is switched on, and converge's word for it is not told besides", () => {
    assert.deepEqual(told(foundOn({ firewall: { active: false, incoming: null, rules } }, { drift })), [
      ["firewall", "the host's firewall is off", "erp: ufw", onErp("ufw --force enable")],
    ]);
  });

  test("rules more and less are named, and a converge makes them as they were", () => {
    const changed = {
      active: true,
      incoming: "deny",
      rules: ["allow 80/tcp", "allow 22/tcp", "allow 5432/tcp"],
    };
    assert.deepEqual(told(foundOn({ firewall: changed })), [
      [
        "firewall",
        'the host\'s firewall has "allow 5432/tcp" more, lacks "allow 443/tcp"',
        "erp: ufw",
        convergeErp,
      ],
    ]);
  });

  test("one that lets in whatever no rule speaks of", () => {
    assert.match(
      foundOn({ firewall: { active: true, incoming: "allow", rules } })[0]?.what ?? "",
      /\(allow\)$/,
    );
  });

  test("SSH for some addresses, as ufw writes them", () => {
    assert.deepEqual(wantedRules({ open: [80], sshFrom: ["198.51.100.7/32", "203.0.113.0/24"] }), [
      "allow 80/tcp",
      "allow from 198.51.100.7 to any port 22 proto tcp",
      "allow from 203.0.113.0/24 to any port 22 proto tcp",
    ]);
  });
});

suite("the machine", () => {
  test("a disk that is full, and one without room for more files", () => {
    const disk = { folder: "/var/log", usedBytes: 90, usableBytes: 100, inodesPercent: 3 };
    const [finding] = foundOn({ disks: [disk] });
    assert.deepEqual([finding?.severity, finding?.what], ["soon", "the disk is 90 % full, more than 85"]);
    assert.deepEqual(finding?.fix, [
      onErp("journalctl --rotate --vacuum-size=100M"),
      onErp("systemctl start prune-images.service"),
      onErp("apt-get clean"),
    ]);
    assert.equal(foundOn({ disks: [{ ...disk, usedBytes: 99 }] })[0]?.severity, "urgent");
    assert.match(
      foundOn({ disks: [{ ...disk, usedBytes: 1, inodesPercent: 97 }] })[0]?.what ?? "",
      /97 % of its inodes/,
    );
  });

  test("memory that is in use, and memory that something waits for: who has most of it", () => {
    const largest = { unit: "odoo.service", bytes: 900 * 2 ** 20 };
    const [finding] = foundOn({ memory: { usedPercent: 90, pressurePercent: 0, largest } });
    assert.equal(finding?.cause, "odoo.service has most of it: 900 MiB");
    assert.deepEqual(finding?.fix, [onErp("systemctl restart odoo.service")]);
    const pressed = foundOn({ memory: { usedPercent: 10, pressurePercent: 40, largest: null } })[0];
    assert.deepEqual([pressed?.severity, pressed?.fix], ["urgent", []]);
  });

  test("a clock that is wrong, one that nobody keeps, and one that is another machine's", () => {
    assert.match(foundOn({ aheadSeconds: -120 })[0]?.what ?? "", /120 s behind this computer's/);
    assert.equal(foundOn({ clock: "adrift" })[0]?.what, "nobody keeps the clock in time");
    assert.deepEqual(foundOn({ clock: "shared", aheadSeconds: 20 }), []);
    assert.deepEqual([secondsAhead(5, 4, 6), secondsAhead(66, 4, 6), secondsAhead(1, 4, 6)], [0, 60, -3]);
  });
});

suite("data", () => {
  test("a backup that nobody has proven for too long, or ever", () => {
    const backup = (time: string | null) => foundOn({ provenBackup: { time } })[0];
    assert.equal(
      backup("2026-11-24T02:00:00Z")?.what,
      "the last proven backup is 58 h old, and must not be older than 26 h",
    );
    assert.equal(backup(null)?.what, "no backup has ever been proven");
    assert.deepEqual(backup(null)?.fix, ["./scripts/ops backup now prod"]);
  });

  test("a login that the database refuses is rotated; both poolers are told of once", () => {
    const wrong = 'FATAL: password authentication failed for user "watch_b"';
    const database = [5432, 6543].map((port) => ({ host: "pooler", port, wrong }));
    const [finding, ...others] = foundOn({ database });
    assert.deepEqual(others, []);
    assert.equal(finding?.where, "pooler:5432,6543, from erp");
    assert.deepEqual(finding?.fix, ["./scripts/ops rotate watch prod"]);
  });

  test("a name that the host cannot resolve is the host's, a server that is down nobody's here", () => {
    const about = (wrong: string) => foundOn({ database: [{ host: "pooler", port: 5432, wrong }] })[0];
    assert.deepEqual(about("could not translate host name")?.fix, [
      onErp("systemctl restart systemd-resolved.service"),
    ]);
    assert.deepEqual(about("it does not answer within 20 s")?.fix, []);
    assert.match(about("timeout expired")?.byHand ?? "", /status\.supabase\.com/);
  });
});

suite("what was changed by hand", () => {
  test("is converged", () => {
    const drift = { answer: [{ path: "/etc/nginx/nginx.conf", what: "edited" }] };
    assert.deepEqual(told(foundOn({}, { drift })), [
      ["drift", "the host is not as the stack says", "erp: /etc/nginx/nginx.conf (edited)", convergeErp],
    ]);
  });
});

test("for people a finding is what, where, why, and the commands", () => {
  const text = formatFindings("prod", foundOn({ provenBackup: { time: null } }));
  assert.equal(
    text,
    `prod: 1 finding, 1 urgent

URGENT backup: no backup has ever been proven
  where  erp
  why    none was taken since, or its restore differed: ./scripts/ops backup list shows what went wrong
  fix    ./scripts/ops backup now prod`,
  );
  assert.equal(formatFindings("prod", []), "prod is healthy: nothing was found");
});
