import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { execa } from "execa";
import type { HostBundle } from "../../host/bundle.ts";
import { contentOf, render } from "./support/render.ts";

const bundles = ["prod", "staging"].flatMap((stack) =>
  ["erp", "ocr"].map((host) => ({ name: `${stack} ${host}`, bundle: render(host, { stack }) })),
);

/** Whether a path fits a pattern: `*` stays within a folder, `**` does not. */
function fits(path: string, pattern: string): boolean {
  const pieces = pattern.split(/(\*\*|\*)/).map((piece) => {
    if (piece === "**") return ".*";
    return piece === "*" ? "[^/]*" : piece.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${pieces.join("")}$`).test(path);
}

function managedPaths(bundle: HostBundle): string[] {
  return [...bundle.files.map(({ path }) => path), ...bundle.checkouts.map(({ path }) => `${path}/`)];
}

for (const { name, bundle } of bundles) {
  suite(`the bundle of ${name}`, () => {
    test("the program on the host takes it", async () => {
      const reads = "import sys; from host.converge.bundle import parse; print(parse(sys.stdin.read()).host)";
      const { stdout } = await execa("python3", ["-c", reads], { input: JSON.stringify(bundle) });
      assert.equal(stdout, bundle.host);
    });

    test("no path twice", () => {
      const paths = bundle.files.map(({ path }) => path);
      assert.deepEqual([...new Set(paths)], paths);
    });

    test("what holds a secret says so, and only root or one service reads it", () => {
      for (const { path, content, secret, mode, owner } of bundle.files) {
        assert.equal(/secret-/.test(content), secret === true, path);
        if (!secret) continue;
        assert.equal(owner, "root");
        assert.match(mode, /^06[04]0$/, path);
      }
    });

    test("no secret stands in a unit, where it would be an argument", () => {
      for (const { path, content } of bundle.files) {
        if (/systemd/.test(path)) assert.doesNotMatch(content, /secret-/, path);
      }
    });

    test("every pattern of a validation or a unit has a file to match", () => {
      const paths = managedPaths(bundle);
      const dormant = new Set(["/opt/odoo/**"]); // Without addons there is no checkout.
      const patterns = [
        ...bundle.validations.flatMap((validation) => validation.paths),
        ...bundle.units.flatMap(({ restartOn, reloadOn }) => [...restartOn, ...reloadOn]),
      ];
      for (const pattern of patterns.filter((candidate) => !dormant.has(candidate))) {
        assert.ok(
          paths.some((path) => fits(path, pattern)),
          `nothing fits ${pattern}`,
        );
      }
    });

    test("the services start before nginx, and nothing listens but for 80 and 443", () => {
      const names = bundle.units.map((unit) => unit.name);
      assert.ok(
        names.indexOf("nginx.service") > names.indexOf(name.endsWith("erp") ? "odoo.service" : "ocr.service"),
      );
      assert.deepEqual(bundle.firewall.open, [80, 443]);
    });

    test("a change of one service's files restarts that service alone", () => {
      const restarted = (path: string) =>
        bundle.units
          .filter(({ restartOn }) => restartOn.some((pattern) => fits(path, pattern)))
          .map((unit) => unit.name);
      for (const { path } of bundle.files.filter((file) => file.path.endsWith(".container"))) {
        const service = path.replace(/^.*\/|\.container$/g, "");
        if (service.endsWith("-next")) {
          // What stands in is only started by a change of what it stands in for.
          assert.deepEqual(restarted(path), []);
          continue;
        }
        assert.deepEqual(restarted(path), [`${service}.service`]);
        // Odoo's secrets stand in its own configuration.
        const secrets = service === "odoo" ? "odoo.conf" : `${service}.env`;
        assert.deepEqual(restarted(`/etc/insightpulse/secrets/${secrets}`), [`${service}.service`]);
      }
      assert.deepEqual(restarted("/etc/nginx/sites-enabled/odoo.conf"), []);
    });
  });
}

test("the same configuration gives the same bundle", () => {
  assert.deepEqual(render("erp"), render("erp"));
});

test("a value that is missing is named, never left blank", () => {
  assert.throws(() => render("ocr", { values: { generated: {} } }), /generated secret "ocr-queue-password"/);
  assert.throws(() => render("erp", { values: { rolePasswords: {} } }), /password of a database role "odoo"/);
});

test("the deploy user gets in, root and passwords do not", () => {
  const { files, users, directories } = render("erp");
  const text = (path: string) => files.find((file) => file.path === path)?.content ?? assert.fail(path);
  const sshd = text("/etc/ssh/sshd_config.d/10-insightpulse.conf");
  for (const line of [
    "PermitRootLogin no",
    "PasswordAuthentication no",
    "AllowUsers deploy",
    "MaxAuthTries 3",
  ]) {
    assert.ok(sshd.split("\n").includes(line), line);
  }
  assert.match(text("/home/deploy/.ssh/authorized_keys"), /^ssh-ed25519 AAAA deploy$/m);
  assert.equal(users.find(({ name }) => name === "deploy")?.groups, undefined);
  assert.ok(directories.some(({ path, mode }) => path === "/home/deploy/.ssh" && mode === "0700"));
  const jail = text("/etc/fail2ban/jail.d/insightpulse.conf");
  assert.match(jail, /^maxretry = 3$/m);
  assert.match(jail, /^bantime = 3600$/m);
  // A rule of ufw's that came by itself would be drift.
  assert.match(jail, /^banaction = nftables$/m);
  assert.match(text("/etc/apt/apt.conf.d/52insightpulse"), /Automatic-Reboot "false"/);
  assert.match(text("/etc/sysctl.d/60-insightpulse.conf"), /vm\.swappiness = 10/);
  assert.match(text("/etc/systemd/journald.conf.d/insightpulse.conf"), /^SystemMaxUse=1G$/m);
  assert.match(text("/etc/systemd/resolved.conf.d/insightpulse.conf"), /^LLMNR=no$/m);
});

test("administrators get in by their own keys and become root; without any, only the deploy user gets in", () => {
  const keys = { admin: [`ssh-ed25519 ${"A".repeat(68)} admin`], second: [`ssh-rsa ${"B".repeat(68)}`] };
  const named = render("erp", { edits: { "ssh.administrators": keys } });
  assert.match(
    contentOf(named, "/etc/ssh/sshd_config.d/10-insightpulse.conf"),
    /^AllowUsers deploy admin second$/m,
  );
  assert.match(contentOf(named, "/home/second/.ssh/authorized_keys"), /^ssh-rsa B+$/m);
  assert.match(
    contentOf(named, "/etc/sudoers.d/insightpulse-administrators"),
    /^admin ALL=\(ALL:ALL\) NOPASSWD:ALL$/m,
  );
  assert.deepEqual(named.users.find(({ name }) => name === "admin")?.groups, ["adm", "sudo"]);
  const paths = render("erp").files.map(({ path }) => path);
  assert.ok(!paths.includes("/etc/sudoers.d/insightpulse-administrators"));
});

test("the firewall opens 22 to the configured addresses", () => {
  const { firewall } = render("erp", { edits: { "ssh.allowFrom": ["198.51.100.7/32"] } });
  assert.deepEqual(firewall, { sshFrom: ["198.51.100.7/32"], open: [80, 443] });
});
