import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { suite, test } from "node:test";
import { anchorsIn, filesOf, linksIn, root, textOf } from "./pages.ts";

const pages = filesOf(".md");

/** What is wrong with a link of a page, in words; undefined where it leads somewhere. */
function fault(page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (!existsSync(join(root, file))) return `${target}: there is no ${file}`;
  if (anchor === undefined || !file.endsWith(".md")) return undefined;
  return anchorsIn(textOf(file)).has(anchor) ? undefined : `${target}: ${file} has no heading of this name`;
}

suite("every link of every page leads somewhere", () => {
  for (const page of pages) {
    test(page, () => {
      const faults = linksIn(textOf(page)).flatMap(({ line, target }) => {
        const found = fault(page, target);
        return found === undefined ? [] : [`${page}:${line}: ${found}`];
      });
      assert.deepEqual(faults, []);
    });
  }
});

suite("every page is reached from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const { target } of linksIn(textOf(page))) {
      const file = normalize(join(dirname(page), target.split("#")[0] ?? ""));
      if (pages.includes(file)) reached.add(file);
    }
  }
  for (const page of pages.filter((one) => !isPart(one)))
    test(page, () => assert.ok(reached.has(page), `no page that README.md leads to has a link to ${page}`));
});

/** Words that a program puts into a page, and what lies in a stand-in's own repository. */
function isPart(page: string): boolean {
  return page.endsWith("/explanation.md") || page.startsWith("sandbox/internet/git/stand-in-addons/");
}

suite("how links are read", () => {
  test("code holds none, and a heading is reached as GitHub names it", () => {
    const page =
      "# One [`two`](a.md) & three\n\n```sh\n[no](b.md)\n```\n\n`[no](c.md)` [yes](d.md#e)\n\n# One two & three\n";
    assert.deepEqual(
      linksIn(page).map(({ line, target }) => [line, target]),
      [
        [1, "a.md"],
        [7, "d.md#e"],
      ],
    );
    assert.deepEqual([...anchorsIn(page)], ["one-two--three", "one-two--three-1"]);
  });

  test("one that leads nowhere is named, and so is a heading that is not there", () => {
    assert.match(
      fault("docs/drills.md", "runbooks/nowhere.md") ?? "",
      /there is no docs\/runbooks\/nowhere\.md/,
    );
    assert.match(fault("docs/drills.md", "#nothing") ?? "", /docs\/drills\.md has no heading/);
    assert.equal(fault("docs/drills.md", "#what-is-measured"), undefined);
  });
});
