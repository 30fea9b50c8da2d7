/**
 * Visits services until its standard input ends, as people and machines do: over connections that stay open, and over
 * websockets. Then says what became of it. See visitors.ts.
 */
import { once } from "node:events";
import { Agent, request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { Site, Visited } from "./visitors.ts";

const clients = 3;
const sockets = 2;
/** Longer than anybody may have to wait: nginx itself waits a minute for a service. */
const answerMs = 70_000;
const betweenMs = 10;
/** What a service says that goes away: its clients come back. */
const goingAway = 1001;

let isOver = false;
once(process.stdin.resume(), "end").then(() => {
  isOver = true;
});

/** Asks over and over on one connection, which is opened again only when the server has closed it. */
async function ask({ url, body }: Site["asked"][number], visited: Visited): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!isOver) {
    const began = Date.now();
    try {
      const { status, release } = await answerOf(url, body, agent);
      if (status !== 200) throw new Error(`status ${status}`);
      visited.answered += 1;
      visited.releases[release] = (visited.releases[release] ?? 0) + 1;
    } catch (error) {
      visited.failed.push(`${new Date().toISOString()} ${url}: ${(error as Error).message}`);
    }
    visited.longestMs = Math.max(visited.longestMs, Date.now() - began);
    await pause(betweenMs);
  }
  agent.destroy();
}

function answerOf(
  url: string,
  body: string | undefined,
  agent: Agent,
): Promise<{ status: number | undefined; release: string }> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    const asking = request(url, { method, agent, timeout: answerMs }, (answer) => {
      answer.resume();
      answer.once("error", reject);
      const release = String(answer.headers["x-stand-in-release"]);
      answer.once("end", () => resolve({ status: answer.statusCode, release }));
    });
    asking.once("timeout", () => asking.destroy(new Error(`no answer in ${answerMs} ms`)));
    asking.once("error", reject);
    asking.end(body);
  });
}

/** Keeps a websocket open and speaks over it; when the service says that it goes away, opens the next one. */
async function speak(url: string, cookie: string, visited: Visited): Promise<void> {
  while (!isOver) {
    const ended = await conversation(url, cookie, visited);
    if (isOver) return;
    if (ended === goingAway) visited.reopened += 1;
    else visited.failed.push(`${new Date().toISOString()} ${url}: closed with ${ended}`);
    await pause(betweenMs);
  }
}

/** Speaks until the websocket is closed; the code it was closed with. */
async function conversation(url: string, cookie: string, visited: Visited): Promise<number> {
  const socket = new WebSocket(url, { headers: { cookie } });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
  });
  socket.addEventListener("error", () => {}); // It is closed after one, and says so.
  const say = () => socket.readyState === WebSocket.OPEN && socket.send("hello");
  socket.addEventListener("open", say);
  socket.addEventListener("message", async () => {
    visited.messages += 1;
    await pause(betweenMs);
    if (isOver) socket.close();
    else say();
  });
  return closed;
}

const sites = JSON.parse(process.argv[2] ?? "[]") as Site[];
const found = await Promise.all(
  sites.map(async ({ name, asked, websocket, cookie = "" }) => {
    const visited: Visited = {
      ...{ answered: 0, messages: 0, reopened: 0, longestMs: 0 },
      ...{ failed: [], releases: {} },
    };
    const visits = [
      ...asked.flatMap((one) => Array.from({ length: clients }, () => ask(one, visited))),
      ...(websocket === undefined
        ? []
        : Array.from({ length: sockets }, () => speak(websocket, cookie, visited))),
    ];
    const isVisited = () =>
      visited.answered > clients && (websocket === undefined || visited.messages > sockets);
    while (!isVisited() && !isOver) await pause(betweenMs);
    process.stderr.write(`visited ${name}\n`);
    await Promise.all(visits);
    return [name, visited] as const;
  }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
process.exit();
