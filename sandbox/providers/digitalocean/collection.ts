import { Failure, messageOf } from "../framework/errors.ts";
import { HttpFailure, unlessGone } from "../framework/http.ts";
import type { Operation } from "../framework/operation.ts";
import { poll } from "../framework/operation.ts";
import type { Live, Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import type { JsonObject } from "../framework/wire.ts";
import { fromWire, jsonObject, jsonText, toWire } from "../framework/wire.ts";
import type { Clients } from "./clients.ts";

/** A resource that is one object of a collection: POST to the collection; GET, PUT and DELETE on the object. */
export interface Collection
  extends Pick<
    Resource<Clients>,
    "token" | "inputs" | "outputs" | "validate" | "refineChanges" | "importable"
  > {
  /** Path of the collection; it may depend on a parent named in the inputs. */
  path: string | ((known: Fields) => string);
  /** The key under which answers hold the object. */
  envelope: string;
  /** The field of the answer that is the resource's id. `id` unless given. */
  idField?: string;
  /** The body of the POST. The inputs in snake case unless given. */
  body?: (inputs: Fields) => JsonObject;
  /** The body of the PUT, or false if there is no PUT. The inputs in snake case unless given. */
  updateBody?: false | ((inputs: Fields, stored: Fields) => JsonObject);
  /** The answer in the words of the program, beyond what its fields' names say. */
  state?: (answer: JsonObject, known: Fields) => Fields;
  /** Splits an import id that names the parent too. */
  parseImportId?: (id: string) => { id: string; known: Fields };
  /** Statuses that a DELETE answers while something else is still going away, and how long to ask again. */
  busyOnDelete?: { statuses: number[]; milliseconds: number };
}

/** Makes a resource out of a collection. */
export function collection(definition: Collection): Resource<Clients> {
  const { token, inputs, outputs, path, envelope, idField = "id" } = definition;
  const encode = (fields: Fields): JsonObject => toWire(inputs, fields);
  const folder = (known: Fields): string => (typeof path === "string" ? path : path(known));
  const member = (known: Fields, id: string): string => `${folder(known)}/${encodeURIComponent(id)}`;
  const toLive = (body: JsonObject, known: Fields): Live => {
    const answer = jsonObject(body[envelope]);
    const state = { ...fromWire({ ...outputs, ...inputs }, answer), ...definition.state?.(answer, known) };
    return { id: jsonText(answer[idField]), state };
  };

  const resource: Resource<Clients> = {
    ...definition,
    async create({ api }, declared, operation) {
      const body = definition.body?.(declared) ?? encode(declared);
      return toLive(await api("POST", folder(declared), operation, body), declared);
    },
    async read({ api }, givenId, given, operation) {
      const isImport = Object.keys(given).length === 0;
      const parsed = isImport ? definition.parseImportId?.(givenId) : undefined;
      const { id, known } = parsed ?? { id: givenId, known: given };
      const body = await unlessGone(api("GET", member(known, id), operation));
      if (body === undefined) return undefined;
      const live = toLive(body, known);
      return { id: live.id, state: { ...parsed?.known, ...live.state } };
    },
    async delete({ api }, id, stored, operation) {
      const remove = () => unlessGone(api("DELETE", member(stored, id), operation));
      if (definition.busyOnDelete)
        await deleteWhenFree(definition.busyOnDelete, `${token} ${id}`, remove, operation);
      else await remove();
    },
  };
  if (definition.updateBody === false) return resource;
  const { updateBody = encode } = definition;
  return {
    ...resource,
    async update({ api }, id, stored, declared, operation) {
      const body = updateBody(declared, stored);
      return toLive(await api("PUT", member(declared, id), operation, body), declared);
    },
  };
}

async function deleteWhenFree(
  { statuses, milliseconds }: NonNullable<Collection["busyOnDelete"]>,
  what: string,
  remove: () => Promise<unknown>,
  operation: Operation,
): Promise<void> {
  let reason = "";
  await poll(operation, `${what} to be free`, milliseconds, async () => {
    try {
      await remove();
      return true;
    } catch (error) {
      if (!(error instanceof HttpFailure && statuses.includes(error.status))) throw error;
      reason = messageOf(error);
      return undefined;
    }
  }).catch((error) => {
    throw error instanceof HttpFailure || reason === ""
      ? error
      : new Failure(`${messageOf(error)} ${reason}`);
  });
}
