import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";
import { blocksOf, scriptOf } from "../../sandbox/drills/runbook.ts";

const page = `# A page

Words.

\`\`\`sh drill=flood,fire
where=cellar
\`\`\`

\`\`\`sh test=tests/a.test.ts,tests/b.test.ts
echo tested
\`\`\`

\`\`\`sh not-run="it opens a page of the vendor"
open page
\`\`\`

\`\`\`json
{ "drill": "flood" }
\`\`\`

\`\`\`sh drill=flood
echo "water in the $where"
false   # breaks here
echo never
\`\`\`

\`\`\`sh
nobody says
\`\`\`
`;

/** Runs a script as the drills do. */
async function run(script: string) {
  const folder = mkdtempSync(join(tmpdir(), "runbook-"));
  try {
    const file = join(folder, "page.sh");
    writeFileSync(file, script);
    return await execa("bash", [file], { reject: false, all: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

suite("a runbook's blocks", () => {
  test("say by whom they are executed, or why they are not", () => {
    const said = blocksOf(page).map(({ line, drills, tests, notRun }) => ({ line, drills, tests, notRun }));
    const nobody = { drills: [], tests: [], notRun: undefined };
    assert.deepEqual(said, [
      { ...nobody, line: 6, drills: ["flood", "fire"] },
      { ...nobody, line: 10, tests: ["tests/a.test.ts", "tests/b.test.ts"] },
      { ...nobody, line: 14, notRun: "it opens a page of the vendor" },
      { ...nobody, line: 22, drills: ["flood"] },
      { ...nobody, line: 28 },
    ]);
  });

  test("share their variables, and stop at the first command that fails, with the page's own line and no value", async () => {
    const { exitCode, all } = await run(scriptOf(page, "docs/runbooks/page.md", "flood"));
    assert.equal(exitCode, 1);
    assert.equal(all, "water in the cellar\ndocs/runbooks/page.md:23: false");
  });

  test("are run for their own drill only", async () => {
    const { exitCode, all } = await run(scriptOf(page, "page.md", "fire"));
    assert.deepEqual([exitCode, all], [0, ""]);
  });

  test("do not go on with a variable that nobody has set", async () => {
    const unset = page.replace("where=cellar", "true");
    const { exitCode, all } = await run(scriptOf(unset, "page.md", "flood"));
    assert.equal(exitCode, 1);
    assert.match(String(all), /where: unbound variable/);
  });
});
