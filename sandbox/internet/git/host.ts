import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { hostOf, type Site, say } from "../front/site.ts";

/** A repository of the world. */
export interface Repository {
  /** Such as `https://github.com/owner/name`. */
  readonly url: string;
  /** The bare repository that is given out under it. */
  readonly folder: string;
}

/** How a repository's address is written. */
export const repositoryUrl = /^https:\/\/[a-z0-9.-]+\/[^/?#]+\/[^/?#]+$/;

/** Files are given out by whoever owns them; no settings of this computer's users; any commit may be asked for. */
const settings = [
  ...["-c", "safe.directory=*"],
  ...["-c", "uploadpack.allowAnySHA1InWant=true"],
  ...["-c", "uploadpack.allowFilter=true"],
];
const environment = {
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

/**
 * The world's Git hosts, read-only: the repositories that somebody will ask for, and no others, over Git's smart HTTP
 * protocol (gitprotocol-http). Unlike the real ones it does not ask for a login where there is nothing.
 */
export function gitHosts(repositories: readonly Repository[]): Site {
  const folders = new Map(repositories.map(({ url, folder }) => [withoutSuffix(url), folder]));
  return {
    names: [...new Set(["github.com", ...repositories.map(({ url }) => new URL(url).hostname)])],
    serve: async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", `https://${hostOf(request)}`);
      const { repository = "", call } =
        /^\/(?<repository>[^/]+\/[^/]+)\/(?<call>info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathname)
          ?.groups ?? {};
      const folder = folders.get(withoutSuffix(`https://${hostOf(request)}/${repository}`));
      if (folder === undefined) return say(response, 404, "Repository not found.\n");
      if (call === "git-receive-pack" || searchParams.get("service") === "git-receive-pack")
        return say(response, 403, "The sandbox's repositories are read-only.\n");
      const isPack = call === "git-upload-pack";
      if (isPack ? request.method !== "POST" : searchParams.get("service") !== "git-upload-pack")
        return say(response, 400, "Only Git's smart protocol is spoken here.\n");
      await (isPack ? answerPack : answerReferences)(folder, request, response);
    },
  };
}

/** Addresses are the same with and without the suffix, in capitals or not. */
function withoutSuffix(url: string): string {
  return url.toLowerCase().replace(/\.git$/, "");
}

const announcement = "# service=git-upload-pack\n";
/** A line in Git's protocol begins with its length, and 0000 ends a list. */
const announced = `${(announcement.length + 4).toString(16).padStart(4, "0")}${announcement}0000`;

async function answerReferences(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  begin(response, "application/x-git-upload-pack-advertisement");
  if (!versionOf(request).includes("version=2")) response.write(announced);
  await uploadPack(
    [...settings, "upload-pack", "--stateless-rpc", "--advertise-refs", folder],
    request,
    response,
  );
}

async function answerPack(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  begin(response, "application/x-git-upload-pack-result");
  await uploadPack([...settings, "upload-pack", "--stateless-rpc", folder], request, response);
}

function begin(response: ServerResponse, type: string): void {
  response.writeHead(200, { "content-type": type, "cache-control": "no-cache", "x-stand-in": "true" });
}

const versionOf = (request: IncomingMessage): string =>
  [request.headers["git-protocol"] ?? ""].flat().join(":");

/** Runs Git between a request and its answer. */
async function uploadPack(
  words: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const git = spawn("git", words, {
    env: { ...environment, GIT_PROTOCOL: versionOf(request) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // A client that has gone needs no pack any more.
  response.once("close", () => git.kill());
  const body = request.headers["content-encoding"] === "gzip" ? [request, createGunzip()] : [request];
  // Git may have read enough before the request ends.
  pipeline([...body, git.stdin] as [IncomingMessage, typeof git.stdin]).catch(() => {});
  const failed = new Promise<never>((_, reject) => git.once("error", reject));
  await Promise.race([pipeline(git.stdout, response), failed]);
}
