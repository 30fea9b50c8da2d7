import assert from "node:assert/strict";
import { test } from "node:test";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import { UNKNOWN } from "../../../sandbox/providers/framework/values.ts";
import { unwrap, upToList, wrap } from "../../../sandbox/providers/framework/wrapping.ts";

const secret = (value: string | { [key: string]: string }) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("secrets are taken off with their paths and put on again", () => {
  const wire = { plain: 1, token: secret("t"), list: [{ value: secret("v") }], whole: secret({ a: "b" }) };
  const { fields, secrets } = unwrap(structProtocol.Struct.fromJavaScript(wire));
  assert.deepEqual(fields, { plain: 1, token: "t", list: [{ value: "v" }], whole: { a: "b" } });
  assert.deepEqual(secrets, [["list", 0, "value"], ["token"], ["whole"]]);
  assert.deepEqual(wrap(fields, secrets).toJavaScript(), wire);
});

test("a secret inside a secret is wrapped once", () => {
  assert.deepEqual(wrap({ whole: { a: "b" } }, [["whole"], ["whole", "a"]]).toJavaScript(), {
    whole: secret({ a: "b" }),
  });
});

test("a secret in a list can make all of the list one", () => {
  const { fields, secrets } = unwrap(
    structProtocol.Struct.fromJavaScript({ one: { list: [{ value: secret("v") }] }, two: secret("t") }),
  );
  assert.deepEqual(secrets.map(upToList), [["one", "list"], ["two"]]);
  assert.deepEqual(wrap(fields, [["one", "list"]]).toJavaScript().one, {
    list: { ...secret(""), value: [{ value: "v" }] },
  });
});

test("unknown values cross as the engine's sign for them", () => {
  const sign = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const { fields } = unwrap(structProtocol.Struct.fromJavaScript({ id: sign }));
  assert.deepEqual(fields, { id: UNKNOWN });
  assert.deepEqual(wrap(fields, [["id"]]).toJavaScript(), { id: sign });
});
