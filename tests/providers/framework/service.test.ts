import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusProtocol from "@pulumi/pulumi/proto/status_pb.js";
import emptyProtocol from "google-protobuf/google/protobuf/empty_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import { Failure, finishing } from "../../../sandbox/providers/framework/errors.ts";
import { string } from "../../../sandbox/providers/framework/properties.ts";
import type { Provider } from "../../../sandbox/providers/framework/resource.ts";
import { type Serving, serve } from "../../../sandbox/providers/framework/serve.ts";
import { unwrap, wrap } from "../../../sandbox/providers/framework/wrapping.ts";

const UNKNOWN_SIGN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = "urn:pulumi:dev::project::test:index:Thing::thing";

const provider: Provider<{ greeting: string }> = {
  name: "test",
  version: "1.2.3",
  configure: (settings) => ({ greeting: String(settings.greeting ?? "none") }),
  lookups: [{ token: "test:index:look", read: async ({ greeting }) => ({ greeting }) }],
  resources: [
    {
      token: "test:index:Thing",
      inputs: { name: string({ autoName: {} }), region: string({ replace: true }), token: string() },
      outputs: { address: string(), key: string({ secret: true }) },
      create: ({ greeting }, { name }) =>
        finishing("id-1", { address: "a" }, async () => {
          if (name === "slow") throw new Failure("It did not wake up.");
          return { id: "id-1", state: { address: greeting, key: "k" } };
        }),
      read: async () => undefined,
      update: async (_clients, id) => ({ id, state: {} }),
      delete: async () => {},
    },
  ],
};

describe("the engine's calls", () => {
  let serving: Serving;
  let client: InstanceType<typeof services.ResourceProviderClient>;

  before(async () => {
    serving = await serve(provider);
    client = new services.ResourceProviderClient(`127.0.0.1:${serving.port}`, credentials.createInsecure());
    const settings = new protocol.ConfigureRequest().setArgs(wrap({ greeting: "hello" }, [["greeting"]]));
    await call((done) => client.configure(settings, done));
  });
  after(() => {
    client.close();
    serving.close();
  });

  const call = <Answer>(send: (done: (error: ServiceError | null, answer: Answer) => void) => void) =>
    new Promise<Answer>((resolve, reject) => {
      send((error, answer) => (error ? reject(error) : resolve(answer)));
    });

  test("tell the version of the SDK", async () => {
    const info = await call<{ getVersion(): string }>((done) =>
      client.getPluginInfo(new emptyProtocol.Empty(), done),
    );
    assert.equal(info.getVersion(), "1.2.3");
  });

  test("preview a creation with unknown outputs, and secrets kept wrapped", async () => {
    const properties = wrap({ name: "n", token: "t" }, [["token"]]);
    const request = new protocol.CreateRequest().setUrn(urn).setPreview(true).setProperties(properties);
    const answer = await call<InstanceType<typeof protocol.CreateResponse>>((done) =>
      client.create(request, done),
    );
    const state = answer.getProperties()?.toJavaScript() ?? {};
    assert.equal(state.address, UNKNOWN_SIGN);
    assert.deepEqual(unwrap(answer.getProperties()).secrets, [["token"]]);
    assert.equal(answer.getId(), "");
  });

  test("create with the settings handed over, and declared secrets wrapped", async () => {
    const request = new protocol.CreateRequest().setUrn(urn).setProperties(wrap({ name: "n" }, []));
    const answer = await call<InstanceType<typeof protocol.CreateResponse>>((done) =>
      client.create(request, done),
    );
    const { fields, secrets } = unwrap(answer.getProperties());
    assert.deepEqual(fields, { name: "n", address: "hello", key: "k" });
    assert.deepEqual(secrets, [["key"]]);
  });

  test("keep the id of what was made but is not ready", async () => {
    const request = new protocol.CreateRequest().setUrn(urn).setProperties(wrap({ name: "slow" }, []));
    const error = await call((done) => client.create(request, done)).catch((reason: ServiceError) => reason);
    const [packed] = (error as ServiceError).metadata.get("grpc-status-details-bin");
    const [detail] = statusProtocol.Status.deserializeBinary(
      new Uint8Array(packed as Buffer),
    ).getDetailsList();
    const failed = protocol.ErrorResourceInitFailed.deserializeBinary(
      detail?.getValue_asU8() ?? new Uint8Array(),
    );
    assert.equal(failed.getId(), "id-1");
    assert.deepEqual(failed.getReasonsList(), ["It did not wake up."]);
    assert.deepEqual(failed.getProperties()?.toJavaScript(), { name: "slow", address: "a" });
  });

  test("tell differences in detail", async () => {
    const { DIFF_SOME } = protocol.DiffResponse.DiffChanges;
    const { UPDATE_REPLACE, ADD } = protocol.PropertyDiff.Kind;
    const request = new protocol.DiffRequest()
      .setUrn(urn)
      .setOlds(wrap({ name: "n", region: "a" }, []))
      .setNews(wrap({ name: "n", region: "b", token: "t", __defaults: [] }, []));
    const answer = await call<InstanceType<typeof protocol.DiffResponse>>((done) =>
      client.diff(request, done),
    );
    assert.equal(answer.getChanges(), DIFF_SOME);
    assert.deepEqual(answer.getReplacesList(), ["region"]);
    assert.equal(answer.getDeletebeforereplace(), true);
    assert.equal(answer.getDetaileddiffMap().get("region")?.getKind(), UPDATE_REPLACE);
    assert.equal(answer.getDetaileddiffMap().get("token")?.getKind(), ADD);
  });

  test("read what is gone as nothing", async () => {
    const request = new protocol.ReadRequest()
      .setUrn(urn)
      .setId("id-1")
      .setProperties(wrap({ name: "n" }, []));
    const answer = await call<InstanceType<typeof protocol.ReadResponse>>((done) =>
      client.read(request, done),
    );
    assert.equal(answer.getId(), "");
    assert.equal(answer.hasProperties(), false);
  });

  test("look up", async () => {
    const request = new protocol.InvokeRequest()
      .setTok("test:index:look")
      .setArgs(new structProtocol.Struct());
    const answer = await call<InstanceType<typeof protocol.InvokeResponse>>((done) =>
      client.invoke(request, done),
    );
    assert.deepEqual(answer.getReturn()?.toJavaScript(), { greeting: "hello" });
  });

  test("name the resources there are when asked for another", async () => {
    const request = new protocol.CreateRequest().setUrn(urn.replace("Thing", "Other"));
    await assert.rejects(
      call((done) => client.create(request, done)),
      /has no resource test:index:Other; it has test:index:Thing/,
    );
  });
});
