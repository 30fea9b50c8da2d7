import assert from "node:assert/strict";
import { test } from "node:test";
import { playbookOf, type Task } from "../../benchmarks/ansible/playbook.ts";
import { render } from "../host/support/render.ts";

const bundle = render("erp");
const [play] = playbookOf(bundle, (index) => `/files/${index}`) as { tasks: Task[] }[];
const task = (name: string): Task => play?.tasks.find((one) => one.name === name) ?? assert.fail(name);

test("the playbook has everything of a bundle that ansible-core has a module for", () => {
  const counts = ["groups", "users", "folders", "files", "checkouts", "units"].map(
    (name) => (task(name).loop as unknown[]).length,
  );
  const { groups, users, directories, files, checkouts, units } = bundle;
  assert.deepEqual(
    counts,
    [groups, users, directories, files, checkouts, units].map(({ length }) => length),
  );
  assert.deepEqual(task("packages")["ansible.builtin.apt"], { name: bundle.packages, state: "present" });
});

test("a file is copied from beside the playbook, with its owner and mode, and no secret is in the playbook", () => {
  const index = bundle.files.findIndex(({ secret }) => secret);
  const { path, mode, owner, group } = bundle.files[index] ?? assert.fail();
  const copied = (task("files").loop as unknown[])[index];
  assert.deepEqual(copied, { src: `/files/${index}`, dest: path, mode, owner, group });
  assert.doesNotMatch(JSON.stringify(play), /secret-/);
});

test("what an item does not say is left to the module", () => {
  const { "ansible.builtin.user": user } = task("users");
  assert.equal((user as Record<string, string>).uid, "{{ item.uid | default(omit) }}");
});
