import { createHash } from "node:crypto";
import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { parseBody } from "../core/validation.ts";
import type { SshKey } from "./records.ts";

const Create = z.strictObject({ name: z.string().min(1), public_key: z.string().min(1) });
const Update = z.strictObject({ name: z.string().min(1) });

/** The key's MD5 fingerprint in the colon form that the vendor uses; undefined when it is no public key. */
export function fingerprintOf(publicKey: string): string | undefined {
  const [type, encoded] = publicKey.trim().split(/\s+/);
  if (!type || !encoded || !/^(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+|sk-\S+)$/.test(type)) return undefined;
  const blob = Buffer.from(encoded, "base64");
  // A public key names its own type once more inside, with its length in front.
  if (blob.length < 4 + type.length || blob.toString("utf8", 4, 4 + type.length) !== type) return undefined;
  return createHash("md5").update(blob).digest("hex").match(/../g)?.join(":");
}

/** Finds a key by number or fingerprint, as every call of the vendor does. */
export function findSshKey(cloud: Cloud, idOrFingerprint: string | number): SshKey | undefined {
  const wanted = String(idOrFingerprint);
  return cloud.state.sshKeys.find((key) => String(key.id) === wanted || key.fingerprint === wanted);
}

/** Adds a key, or refuses what is no key and what is there already. */
export function addSshKey(cloud: Cloud, { name, public_key }: z.output<typeof Create>, id?: number): SshKey {
  const fingerprint = fingerprintOf(public_key);
  if (!fingerprint) throw unprocessable("Key invalid, type is not supported or public_key is malformed");
  if (findSshKey(cloud, fingerprint)) throw unprocessable("SSH Key is already in use on your account");
  const number = id ?? cloud.store.nextNumber("ssh_keys", 40_000_001);
  return cloud.state.sshKeys.put({ id: number, name, fingerprint, public_key: public_key.trim() });
}

/** SSH keys of the account. */
export const sshKeys: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { sshKeys } = cloud.state;
  type ById = { Params: { id: string } };

  app.get("/account/keys", async (request) => {
    const page = paginate(sshKeys.all(), request, cloud.apiUrl);
    return { ssh_keys: page.items, links: page.links, meta: page.meta };
  });
  app.post("/account/keys", async (request, reply) => {
    reply.code(201);
    return { ssh_key: addSshKey(cloud, parseBody(Create, request.body)) };
  });
  app.get<ById>("/account/keys/:id", async (request) => {
    return { ssh_key: orNotFound(findSshKey(cloud, request.params.id)) };
  });
  app.put<ById>("/account/keys/:id", async (request) => {
    const key = orNotFound(findSshKey(cloud, request.params.id));
    return { ssh_key: sshKeys.put({ ...key, name: parseBody(Update, request.body).name }) };
  });
  app.delete<ById>("/account/keys/:id", async (request, reply) => {
    sshKeys.delete(orNotFound(findSshKey(cloud, request.params.id)).id);
    reply.code(204);
  });
};
