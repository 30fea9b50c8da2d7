import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProtocol from "google-protobuf/google/protobuf/empty_pb.js";
import type { CheckFailure } from "./check.ts";
import type { Change } from "./diff.ts";
import { changePath } from "./diff.ts";
import { Failure } from "./errors.ts";
import * as lifecycle from "./lifecycle.ts";
import { startOperation } from "./operation.ts";
import type { Provider, Resource } from "./resource.ts";
import { toStatus } from "./status.ts";
import { type Unwrapped, unwrap, upToList, wrap } from "./wrapping.ts";

/** The engine's calls, answered by a provider. */
export function makeService<Clients>(provider: Provider<Clients>): UntypedServiceImplementation {
  const cancellation = new AbortController();
  const resources = new Map(provider.resources.map((resource) => [resource.token, resource]));
  const lookups = new Map(provider.lookups.map((lookup) => [lookup.token, lookup]));
  let clients: Clients | undefined;
  const configured = (): Clients => {
    clients ??= provider.configure({});
    return clients;
  };
  const resourceOf = (urn: string): Resource<Clients> => {
    const token = (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
    const resource = resources.get(token);
    if (resource === undefined) {
      throw new Failure(
        `This stand-in for the ${provider.name} provider has no resource ${token}; it has ${[...resources.keys()].join(", ")}.`,
      );
    }
    return resource;
  };

  const written = ({ fields, secrets }: Unwrapped) =>
    wrap(fields, provider.hasSecretLists ? secrets.map(upToList) : secrets);

  return {
    getPluginInfo: unary(async () => {
      const answer = new pluginProtocol.PluginInfo();
      return answer.setVersion(provider.version);
    }),
    handshake: unary(async () => {
      const answer = new protocol.ProviderHandshakeResponse();
      return answer.setAcceptSecrets(true).setSupportsAutonamingConfiguration(true);
    }),
    getSchema: unary(async () => {
      const schema = { name: provider.name, version: provider.version, resources: {}, functions: {} };
      return new protocol.GetSchemaResponse().setSchema(JSON.stringify(schema));
    }),
    checkConfig: unary(async (request: InstanceType<typeof protocol.CheckRequest>) => {
      const { fields } = unwrap(request.getNews());
      const secrets = (provider.secretConfiguration ?? []).map((name) => [name]);
      return new protocol.CheckResponse().setInputs(wrap(fields, secrets));
    }),
    // New settings (a rotated token, another endpoint) never replace what was made with the old ones.
    diffConfig: unary(async () => new protocol.DiffResponse()),
    configure: unary(async (request: InstanceType<typeof protocol.ConfigureRequest>) => {
      clients = provider.configure(unwrap(request.getArgs()).fields);
      const answer = new protocol.ConfigureResponse();
      return answer.setAcceptsecrets(true).setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),
    check: unary(async (request: InstanceType<typeof protocol.CheckRequest>) => {
      const urn = request.getUrn();
      const naming = request.getAutonaming();
      const { DISABLE } = protocol.CheckRequest.AutonamingOptions.Mode;
      const { inputs, failures, secrets } = lifecycle.checkResource(
        resourceOf(urn),
        unwrap(request.getOlds()),
        unwrap(request.getNews()),
        {
          logicalName: urn.split("::").slice(3).join("::"),
          randomSeed: request.getRandomseed_asU8(),
          disabled: naming?.getMode() === DISABLE,
          ...(naming?.getProposedName() ? { proposedName: naming.getProposedName() } : {}),
        },
      );
      return new protocol.CheckResponse()
        .setInputs(written({ fields: inputs, secrets }))
        .setFailuresList(failures.map(toFailure));
    }),
    diff: unary(async (request: InstanceType<typeof protocol.DiffRequest>) =>
      toDiff(
        lifecycle.diffResource(
          resourceOf(request.getUrn()),
          unwrap(request.getOlds()).fields,
          unwrap(request.getNews()).fields,
          request.getIgnorechangesList(),
        ),
      ),
    ),
    create: unary(async (request: InstanceType<typeof protocol.CreateRequest>) => {
      const resource = resourceOf(request.getUrn());
      const inputs = unwrap(request.getProperties());
      const answer = new protocol.CreateResponse();
      if (request.getPreview()) {
        const state = lifecycle.previewCreation(resource, inputs);
        return answer.setProperties(written(state));
      }
      const operation = startOperation(cancellation.signal, request.getTimeout());
      const { id, state } = await lifecycle.createResource(resource, configured(), inputs, operation);
      return answer.setId(id).setProperties(written(state));
    }),
    read: unary(async (request: InstanceType<typeof protocol.ReadRequest>) => {
      const resource = resourceOf(request.getUrn());
      const known = unwrap(request.getProperties());
      const inputs = unwrap(request.getInputs());
      const operation = startOperation(cancellation.signal, request.getTimeout());
      const found = await lifecycle.readResource(
        resource,
        configured(),
        request.getId(),
        known,
        inputs,
        operation,
      );
      const answer = new protocol.ReadResponse();
      if (found?.inputs === undefined) return answer;
      return answer.setId(found.id).setProperties(written(found.state)).setInputs(written(found.inputs));
    }),
    update: unary(async (request: InstanceType<typeof protocol.UpdateRequest>) => {
      const resource = resourceOf(request.getUrn());
      const stored = unwrap(request.getOlds());
      const inputs = unwrap(request.getNews());
      const answer = new protocol.UpdateResponse();
      if (request.getPreview()) {
        const state = lifecycle.previewUpdate(resource, stored, inputs);
        return answer.setProperties(written(state));
      }
      const operation = startOperation(cancellation.signal, request.getTimeout());
      const id = request.getId();
      const { state } = await lifecycle.updateResource(resource, configured(), id, stored, inputs, operation);
      return answer.setProperties(written(state));
    }),
    delete: unary(async (request: InstanceType<typeof protocol.DeleteRequest>) => {
      const resource = resourceOf(request.getUrn());
      const operation = startOperation(cancellation.signal, request.getTimeout());
      await resource.delete(configured(), request.getId(), unwrap(request.getProperties()).fields, operation);
      return new emptyProtocol.Empty();
    }),
    invoke: unary(async (request: InstanceType<typeof protocol.InvokeRequest>) => {
      const lookup = lookups.get(request.getTok());
      if (lookup === undefined) {
        throw new Failure(
          `This stand-in for the ${provider.name} provider has no function ${request.getTok()}.`,
        );
      }
      const operation = startOperation(cancellation.signal);
      const found = await lookup.read(configured(), unwrap(request.getArgs()).fields, operation);
      return new protocol.InvokeResponse().setReturn(wrap(found, []));
    }),
    cancel: unary(async () => {
      cancellation.abort(new Failure("The operation was cancelled."));
      return new emptyProtocol.Empty();
    }),
    attach: unary(async () => new emptyProtocol.Empty()),
  };
}

/** Wraps an asynchronous answer in the callback form of gRPC, with errors made fit for a person. */
function unary<Request, Answer>(answer: (request: Request) => Promise<Answer>) {
  return (call: ServerUnaryCall<Request, Answer>, callback: sendUnaryData<Answer>): void => {
    answer(call.request).then(
      (message) => callback(null, message),
      (error) => callback(toStatus(error)),
    );
  };
}

function toFailure({ property, reason }: CheckFailure) {
  return new protocol.CheckFailure().setProperty(property).setReason(reason);
}

function toDiff({ changes, deleteBeforeReplace }: lifecycle.DiffResult) {
  const { Kind } = protocol.PropertyDiff;
  const kinds: Record<Change["kind"], { inPlace: number; replacing: number }> = {
    add: { inPlace: Kind.ADD, replacing: Kind.ADD_REPLACE },
    update: { inPlace: Kind.UPDATE, replacing: Kind.UPDATE_REPLACE },
    delete: { inPlace: Kind.DELETE, replacing: Kind.DELETE_REPLACE },
  };
  const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
  const answer = new protocol.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set(changes.map((change) => String(change.path[0])))])
    .setReplacesList(changes.filter((change) => change.replace).map(changePath))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const change of changes) {
    const kind = kinds[change.kind];
    const detail = new protocol.PropertyDiff().setKind(change.replace ? kind.replacing : kind.inPlace);
    answer.getDetaileddiffMap().set(changePath(change), detail);
  }
  return answer;
}
