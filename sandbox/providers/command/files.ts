import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client, SFTPWrapper } from "ssh2";
import { Failure } from "../framework/errors.ts";
import type { Operation } from "../framework/operation.ts";
import { any, list, string } from "../framework/properties.ts";
import type { Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import { fieldsOf, textOf } from "../framework/values.ts";
import { withConnection } from "./connecting.ts";
import { connection } from "./running.ts";

const shared = {
  connection: connection(),
  remotePath: string({ required: true }),
  triggers: list(any(), { replace: true }),
};

/** Copies a file or folder of this machine to another one. */
export const copyToRemote: Resource<void> = copying("command:remote:CopyToRemote", {
  ...shared,
  source: any({ required: true }),
});

/** The older form, for one file. */
export const copyFile: Resource<void> = copying("command:remote:CopyFile", {
  ...shared,
  localPath: string({ required: true }),
});

function copying(token: string, inputs: Resource<void>["inputs"]): Resource<void> {
  return {
    token,
    importable: false,
    inputs,
    outputs: {},
    async create(_clients, declared, operation) {
      await copy(declared, operation);
      return { id: `copy${randomBytes(4).toString("hex")}`, state: {} };
    },
    read: async (_clients, id) => ({ id, state: {} }),
    async update(_clients, id, _stored, declared, operation) {
      await copy(declared, operation);
      return { id, state: {} };
    },
    // The official provider leaves the copy where it is.
    delete: async () => {},
  };
}

async function copy(declared: Fields, operation: Operation): Promise<void> {
  const remotePath = textOf(declared.remotePath);
  await withLocalPath(declared, (localPath) =>
    withConnection(fieldsOf(declared.connection), operation, async (client) =>
      upload(await openSftp(client), localPath, remotePath),
    ),
  );
}

/** Gives the path of what is to be copied; a text asset becomes a file for as long as it takes. */
async function withLocalPath(declared: Fields, use: (path: string) => Promise<void>): Promise<void> {
  const source = fieldsOf(declared.source);
  const path = textOf(declared.localPath) || textOf(source.path);
  if (path !== "") return use(path);
  if (typeof source.text !== "string")
    throw new Failure("Only files, folders and text can be copied to a host.");
  const folder = await mkdtemp(join(tmpdir(), "copy-to-remote-"));
  try {
    const file = join(folder, "text");
    await writeFile(file, source.text, { mode: 0o600 });
    await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function openSftp(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });
}

async function upload(sftp: SFTPWrapper, localPath: string, remotePath: string): Promise<void> {
  if (!(await stat(localPath)).isDirectory())
    return uploadFile(sftp, localPath, await targetOf(sftp, localPath, remotePath));
  await new Promise<void>((resolve) => sftp.mkdir(remotePath, () => resolve()));
  for (const name of await readdir(localPath)) {
    await upload(sftp, join(localPath, name), `${remotePath}/${name}`);
  }
}

/** A file copied to an existing folder goes into it. */
function targetOf(sftp: SFTPWrapper, localPath: string, remotePath: string): Promise<string> {
  return new Promise((resolve) => {
    sftp.stat(remotePath, (error, found) => {
      const isFolder = error === undefined && found.isDirectory();
      resolve(isFolder ? `${remotePath}/${localPath.split("/").at(-1)}` : remotePath);
    });
  });
}

function uploadFile(sftp: SFTPWrapper, localPath: string, remotePath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    sftp.fastPut(localPath, remotePath, (error) => {
      if (error) reject(new Failure(`${localPath} could not be copied to ${remotePath}: ${error.message}`));
      else resolve();
    });
  });
}
