import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";
import { openSealed, sealedBy } from "../../moves/n8n-cipher.ts";

const folder = resolve(import.meta.dirname, "../../../host/over-ssh");
const [old, next] = ["the old one's key", "theNewOnesKey"];
const seal = (text: string, key = old) => sealedBy(text, key, randomBytes(8));

/** What the module that travels with the move makes of a text, and how much of it it could not open. */
async function resealed(text: string): Promise<{ text: string; unopened: number }> {
  const program = `import json, sys
sys.path.insert(0, ${JSON.stringify(folder)})
sys.dont_write_bytecode = True
from sealed import resealed
given, unopened = json.load(sys.stdin), []
text = resealed(given["text"], given["old"], given["next"], lambda: unopened.append(1))
print(json.dumps({"text": text, "unopened": len(unopened)}))`;
  const { stdout } = await execa("python3", ["-c", program], { input: JSON.stringify({ text, old, next }) });
  return JSON.parse(stdout);
}

suite("what n8n has sealed, sealed anew for another key", () => {
  test("opens with that key alone, with n8n's own cipher, whatever is in it", async () => {
    for (const plain of ["", '{"user":"Ñandú","password":"a\\"b"}', "x".repeat(5000)]) {
      const { text, unopened } = await resealed(seal(plain));
      assert.equal(openSealed(text, next), plain);
      assert.equal(unopened, 0);
      assert.throws(() => openSealed(text, old));
    }
  });

  test("also within another text, of which the rest stays", async () => {
    const { text } = await resealed(
      `{"host":"ldap","bind":"${seal("first")}","other":["${seal("second")}"]}`,
    );
    const { host, bind, other } = JSON.parse(text);
    assert.equal(host, "ldap");
    assert.deepEqual([openSealed(bind, next), openSealed(other[0], next)], ["first", "second"]);
  });

  test("is left as it is, and told of, where it was sealed with neither key", async () => {
    const anothers = seal("of somebody else, who has used the same library", "another key");
    const { text, unopened } = await resealed(`${anothers} ${seal("ours")}`);
    const [first, second = ""] = text.split(" ");
    assert.equal(first, anothers);
    assert.equal(openSealed(second, next), "ours");
    assert.equal(unopened, 1);
  });
});
