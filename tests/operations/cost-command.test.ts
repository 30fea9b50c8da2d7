import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, suite, test } from "node:test";
import { execa } from "execa";
import type { ComparedBill, ComparedLine } from "../../operations/cost/comparison.ts";
import { Checkout } from "./support/checkout.ts";

const root = resolve(import.meta.dirname, "../..");

interface Printed {
  readonly against: string | null;
  readonly environments: readonly ComparedBill[];
  readonly totalUsd: number;
  readonly deltaUsd?: number;
}

function lineOf(bill: ComparedBill | undefined, item: string): ComparedLine | undefined {
  return bill?.lines.find((line) => line.item === item);
}

test("./scripts/ops cost shows every environment and their sum, without colour in a pipe", async () => {
  const { stdout } = await execa(join(root, "scripts/ops"), ["cost"]);
  assert.match(
    stdout,
    /^prod\n {2}host erp +ipai-odoo-erp, s-2vcpu-4gb +\$24\.00 {2}keeps a disk of 120 GiB/m,
  );
  assert.match(stdout, /^ {2}total +\$110\.00\n {2}\$28\.00 over the budget of \$82\.00 \(accepted: /m);
  assert.match(stdout, /^staging\n/m);
  assert.match(stdout, /^ {2}\$4\.00 below the budget of \$70\.00$/m);
  assert.match(stdout, /^ {2}all together +\$176\.00$/m);
  const colour = String.fromCharCode(27);
  assert.ok(!stdout.includes(colour));
});

suite("cost --against a revision", () => {
  const checkout = new Checkout();
  after(() => checkout.remove());
  const cost = async (...words: string[]): Promise<Printed> => {
    const { stdout, stderr, exitCode } = await checkout.ops("cost", ...words, "--json");
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout);
  };

  test("of the same settings and catalogue is no change", async () => {
    const { environments, deltaUsd } = await cost("--against", "main");
    assert.equal(deltaUsd, 0);
    assert.deepEqual(
      environments.map(({ environment, deltaUsd, removed }) => [environment, deltaUsd, removed.length]),
      [
        ["prod", 0, 0],
        ["staging", 0, 0],
      ],
    );
  });

  test("counts settings, catalogue and secrets that are set; a volume taken away; a new environment", async () => {
    checkout.editSettings("prod", {
      "hosts.ocr.size": "s-8vcpu-16gb",
      "volumes.odoobo-backup": undefined,
      supabaseOwnerPassword: { secure: "v1:sample-nonce:sample-ciphertext" },
    });
    checkout.replace("config/catalogue.ts", 'size: "apps-s-1vcpu-0.5gb"', 'size: "apps-s-1vcpu-2gb"');
    const staging = checkout.git("show", "main:Pulumi.staging.yaml");
    const feature = staging.replace("environment: staging", "environment: feature-x");
    writeFileSync(join(checkout.folder, "Pulumi.feature-x.yaml"), feature);

    const { environments, totalUsd, deltaUsd } = await cost("--against", "main");
    const [added, prod, unchanged] = environments;
    assert.equal(added?.environment, "feature-x");
    assert.deepEqual([added?.beforeUsd, added?.deltaUsd], [null, 86]);
    assert.deepEqual(lineOf(prod, "host ocr")?.before, {
      detail: "ocr-service-droplet, s-4vcpu-8gb",
      monthlyUsd: 48,
    });
    assert.deepEqual(
      [lineOf(prod, "app mcp")?.before?.monthlyUsd, lineOf(prod, "app mcp")?.monthlyUsd],
      [5, 25],
    );
    assert.deepEqual(
      prod?.removed.map(({ item }) => item),
      ["volume odoobo-backup"],
    );
    assert.deepEqual([prod?.beforeUsd, prod?.totalUsd, prod?.deltaUsd], [110, 168, 58]);
    assert.equal(unchanged?.deltaUsd, 20);
    assert.deepEqual([totalUsd, deltaUsd], [86 + 168 + 86, 86 + 58 + 20]);
    const { asOf, source, certainty } = lineOf(prod, "Spaces") ?? {};
    assert.ok(asOf && source && certainty);
  });

  test("and says the same to people", async () => {
    const { stdout } = await checkout.ops("cost", "prod", "feature-x", "--against", "main");
    assert.match(stdout, /host ocr .* \$96\.00 {2}\+\$48\.00 \(was ocr-service-droplet, s-4vcpu-8gb\)$/m);
    assert.match(stdout, /volume odoobo-backup .* \$0\.00 {2}-\$10\.00 \(removed\)$/m);
    assert.match(stdout, /total +\$168\.00 {2}\+\$58\.00 against main$/m);
    assert.match(stdout, /total +\$86\.00 {2}\+\$86\.00 against main, where feature-x does not exist$/m);
    assert.match(stdout, /all together +\$254\.00 {2}\+\$144\.00 against main$/m);
    assert.doesNotMatch(stdout, /sample-ciphertext/);
  });

  const refused: Readonly<Record<string, { words: string[]; edit?: () => void; says: RegExp }>> = {
    "an unknown environment": {
      words: ["qa"],
      says: /^error: there is no environment "qa": there are feature-x, prod, staging\n {2}to fix it: .*Pulumi\.qa\.yaml$/m,
    },
    "an unknown revision": {
      words: ["--against", "no-such-branch"],
      says: /^error: git knows no branch, tag or commit "no-such-branch" here\n {2}to fix it: git branch --all/m,
    },
    "a revision that looks like an option": {
      words: ["--against=--all"],
      says: /^error: git knows no branch, tag or commit "--all" here/m,
    },
    "a size that no table has": {
      words: ["staging"],
      edit: () => checkout.editSettings("staging", { "hosts.erp.size": "s-3vcpu-5gb" }),
      says: /^error: Pulumi\.staging\.yaml cannot be priced: no droplet size "s-3vcpu-5gb"; there are: s-1vcpu/m,
    },
    "settings that cannot be read": {
      words: ["staging"],
      edit: () => checkout.editSettings("staging", { budget: { monthlyUsd: "much" } }),
      says: /^error: Pulumi\.staging\.yaml cannot be priced:\n {2}budget\.monthlyUsd: "much" is not allowed\./m,
    },
    "a catalogue of the revision that cannot be read": {
      words: ["prod", "--against", "HEAD"],
      edit: () => {
        checkout.replace("config/catalogue.ts", "export const catalogue", "export const services");
        checkout.commit();
        checkout.replace("config/catalogue.ts", "export const services", "export const catalogue");
      },
      says: /^error: config\/catalogue\.ts of HEAD cannot be read: it exports no catalogue$/m,
    },
  };
  for (const [title, { words, edit, says }] of Object.entries(refused)) {
    test(`refuses ${title}, with words and no stack trace`, async () => {
      edit?.();
      const { stdout, stderr, exitCode } = await checkout.ops("cost", ...words);
      assert.equal(exitCode, 1);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n {4}at |fault of the program/);
      assert.equal(stdout, "");
    });
  }
});
