import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Clients } from "../../../sandbox/providers/digitalocean/clients.ts";
import { digitalocean } from "../../../sandbox/providers/digitalocean/index.ts";
import type { Resource } from "../../../sandbox/providers/framework/resource.ts";
import type { Request } from "../support.ts";
import { cases } from "./collections-cases.ts";
import { requestsOf } from "./support.ts";

function resourceOf(type: string): Resource<Clients> {
  const found = digitalocean.resources.find(({ token }) => token.endsWith(`:${type}`));
  assert.ok(found, `there is no resource ${type}`);
  return found;
}

describe("resources that are objects of a collection", () => {
  for (const { type, declared, collection, envelope, answer, id, posted, put, outputs, importId } of cases) {
    test(type, async () => {
      const resource = resourceOf(type);
      const member = `${collection}/${id}`;
      const reply = { reply: { [envelope]: answer } };
      const answers = {
        [`POST ${collection}`]: reply,
        [`GET ${member}`]: reply,
        [`PUT ${member}`]: reply,
        [`DELETE ${member}`]: { status: 204 },
      };
      const requests = await requestsOf(resource, answers, async (life) => {
        const created = await life.create(declared);
        const { fields } = created.state;
        assert.equal(created.id, id);
        assert.deepEqual(life.changes(fields, declared).changes, [], "nothing to change after creation");
        for (const [name, value] of Object.entries(outputs)) assert.deepEqual(fields[name], value, name);
        if (importId !== undefined) {
          const imported = await life.read(importId);
          assert.equal(imported?.id, id);
          assert.deepEqual(
            life.changes(imported?.state.fields ?? {}, declared).changes,
            [],
            "nothing after import",
          );
        } else await assert.rejects(life.read(id), /cannot be imported/);
        assert.deepEqual(
          (await life.read(id, fields, declared))?.state.fields,
          fields,
          "a refresh changes nothing",
        );
        if (put) await life.update(id, fields, declared);
        await life.delete(id, fields);
      });
      const expected: Request[] = [["POST", collection, posted]];
      if (importId !== undefined) expected.push(["GET", member]);
      expected.push(["GET", member]);
      if (put) expected.push(["PUT", member, put]);
      expected.push(["DELETE", member]);
      assert.deepEqual(requests, expected);
    });

    test(`${type} that is gone`, async () => {
      await requestsOf(resourceOf(type), {}, async (life) => {
        assert.equal(await life.read(id, { ...declared, name: "n" }, declared), undefined);
        await life.delete(id, declared);
      });
    });
  }
});
