import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { Authority } from "../../../sandbox/internet/authority.ts";

/** Stand-ins on loopback for what a run meets beside the cloud: GitHub, Slack, and the services' own health answers. */

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** A comment of a pull request. */
export interface StandInComment {
  readonly id: number;
  readonly issue: number;
  body: string;
}

/** The few calls of GitHub's REST API that deliveries make, and a token it takes. It is a stand-in, and says so. */
export class GitHubStandIn {
  readonly token = "stand-in-token";
  readonly comments: StandInComment[] = [];
  /** Pull requests that were opened. */
  readonly pulls: { readonly title: string; readonly head: string; readonly base: string }[] = [];
  /** Open pull requests by branch, and the commit at which somebody has approved them. */
  readonly approvals: { readonly branch: string; readonly head: string; readonly approved: string }[] = [];
  url = "";
  readonly #server = createServer(async (request, response) => {
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json", "x-stand-in": "GitHub" });
      response.end(JSON.stringify(value));
    };
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return answer(401, { message: "Bad credentials" });
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const body = JSON.parse((await bodyOf(request)) || "{}") as Partial<
      Record<"body" | "title" | "head" | "base", string>
    >;
    const list = /^\/repos\/owner\/name\/issues\/(?<issue>\d+)\/comments$/.exec(pathname)?.groups?.issue;
    const one = /^\/repos\/owner\/name\/issues\/comments\/(?<id>\d+)$/.exec(pathname)?.groups?.id;
    if (list !== undefined && request.method === "GET") {
      const [page, size] = [
        Number(searchParams.get("page") ?? 1),
        Number(searchParams.get("per_page") ?? 30),
      ];
      const own = this.comments.filter(({ issue }) => issue === Number(list));
      return answer(200, own.slice((page - 1) * size, page * size));
    }
    if (list !== undefined && request.method === "POST" && body.body) {
      const made = { id: this.comments.length + 1, issue: Number(list), body: body.body };
      this.comments.push(made);
      return answer(201, made);
    }
    if (pathname === "/repos/owner/name/pulls" && request.method === "GET") {
      const open = this.approvals.map(({ head, branch }, index) => ({
        number: index + 1,
        head: { sha: head },
        branch,
      }));
      return answer(
        200,
        open.filter(({ branch }) => searchParams.get("head") === `owner:${branch}`),
      );
    }
    if (pathname === "/repos/owner/name/pulls" && request.method === "POST") {
      const { title = "", head = "", base = "" } = body;
      this.pulls.push({ title, head, base });
      return answer(201, { html_url: `https://github.example/owner/name/pull/${this.pulls.length}` });
    }
    const reviewed = /^\/repos\/owner\/name\/pulls\/(?<number>\d+)\/reviews$/.exec(pathname)?.groups?.number;
    if (reviewed !== undefined && request.method === "GET") {
      const given = this.approvals[Number(reviewed) - 1];
      const review = { state: "APPROVED", commit_id: given?.approved, user: { login: "reviewer" } };
      return answer(200, given === undefined ? [] : [review]);
    }
    const known = this.comments.find(({ id }) => id === Number(one));
    if (known !== undefined && request.method === "PATCH" && body.body) {
      known.body = body.body;
      return answer(200, known);
    }
    return answer(404, { message: "Not Found" });
  });

  async start(): Promise<void> {
    this.url = await listening(this.#server);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** An incoming webhook of Slack, which keeps what it is told. */
export class SlackStandIn {
  readonly messages: string[] = [];
  url = "";
  readonly #server = createServer(async (request, response) => {
    const { text } = JSON.parse(await bodyOf(request)) as { text?: string };
    if (text === undefined) {
      response.writeHead(400).end("no_text");
      return;
    }
    this.messages.push(text);
    response.end("ok");
  });

  async start(): Promise<void> {
    this.url = `${await listening(this.#server)}/services/T0/B0/stand-in-webhook`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const healthy = {
  ...{ erp: '{"status": "pass"}', chat: '{"status": "OK"}', n8n: '{"status": "ok"}', ocr: '{"ok": true}' },
  ...{ superset: "OK", mcp: '{"status": "healthy"}', agent: "stand-in" },
} as const;

/**
 * A proxy through which every name of an environment leads to a stand-in of its service, with TLS that is verified. It says
 * what the service would say, and 503 for those that are made unwell.
 */
export class ServicesStandIn {
  /** Subdomains that answer 503. */
  readonly unwell = new Set<string>();
  readonly #folder = mkdtempSync(join(tmpdir(), "services-"));
  readonly #proxy = createServer();
  readonly #sockets = new Set<Socket>();
  #url = "";

  /** With these a program of Node asks the stand-ins. */
  get variables(): Record<string, string> {
    return {
      ...{ HTTPS_PROXY: this.#url, NO_PROXY: "127.0.0.1", NODE_USE_ENV_PROXY: "1" },
      NODE_EXTRA_CA_CERTS: join(this.#folder, "authority.pem"),
    };
  }

  async start(domain: string): Promise<void> {
    const authority = await Authority.open(this.#folder);
    const { key, certificate } = await authority.issue([`*.${domain}`]);
    const server = createTlsServer(
      { SNICallback: (_name, done) => done(null, createSecureContext({ key, cert: certificate })) },
      (request, response) => {
        const [subdomain = ""] = (request.headers.host ?? "").split(".");
        const answer = (healthy as Readonly<Record<string, string>>)[subdomain];
        response.setHeader("x-stand-in", subdomain);
        if (answer === undefined || this.unwell.has(subdomain)) response.writeHead(503).end("stand-in");
        else response.end(answer);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    this.#proxy.on("connect", (_request, socket: Socket) => {
      const inner = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(inner).pipe(socket);
      });
      for (const one of [socket, inner]) {
        this.#sockets.add(one);
        one.on("error", () => one.destroy());
        one.on("close", () => this.#sockets.delete(one));
      }
    });
    this.#url = await listening(this.#proxy);
    this.#stopTls = () => server.close();
  }

  #stopTls: () => void = () => {};

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#proxy.close();
    this.#stopTls();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
