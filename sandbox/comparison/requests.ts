import { compareBodies } from "./bodies.ts";
import type { Difference, RecordedRequest } from "./capture.ts";
import type { Symbols } from "./symbols.ts";
import { fieldsOfXml } from "./xml.ts";

/** A request with words in place of what was made up. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  /** The one thing it is about, where it is about one. */
  readonly about: string | undefined;
}

/** One side's requests during one operation. */
export interface SideRequests {
  readonly requests: readonly RecordedRequest[];
  readonly symbols: Symbols;
}

/** Differences between what two sides asked of the cloud during one operation. */
export function compareRequests(stage: string, first: SideRequests, second: SideRequests): Difference[] {
  const [ones, others] = [normalised(first), normalised(second)];
  return [
    ...compareWrites(stage, ones, others),
    ...compareOrder(stage, ones, others),
    ...compareReads(stage, ones, others),
  ];
}

function normalised({ requests, symbols }: SideRequests): Request[] {
  return requests.map(({ server, method, path, status, body }) => {
    const words = symbols.text(sortedQuery(path));
    const document = typeof body === "string" ? (fieldsOfXml(body) ?? body) : body;
    return {
      method,
      path: server === "spaces" ? `spaces:${words}` : words,
      status,
      body: symbols.apply(document),
      about: server === "spaces" ? `spaces:${words.split("?")[0]}` : thingIn(words),
    };
  });
}

/** Parameters have no order. */
function sortedQuery(path: string): string {
  const [base = "", query] = path.split("?");
  return query === undefined ? base : `${base}?${query.split("&").sort().join("&")}`;
}

/** The path down to the last identifier in it. */
function thingIn(path: string): string | undefined {
  return /^(.*<[^>]+>)/.exec(path)?.[1];
}

const isRead = ({ method }: Request): boolean =>
  method === "GET" || method === "HEAD" || method === "OPTIONS";

function compareWrites(stage: string, first: readonly Request[], second: readonly Request[]): Difference[] {
  const key = ({ method, path, status }: Request) =>
    `${method} ${path}${status < 400 ? "" : ` refused with ${status}`}`;
  const [ones, others] = [first, second].map((all) =>
    Map.groupBy(
      all.filter((request) => !isRead(request)),
      key,
    ),
  );
  const keys = new Set([...(ones?.keys() ?? []), ...(others?.keys() ?? [])]);
  return [...keys].sort().flatMap((name) => {
    const bodies = (groups: Map<string, Request[]> | undefined) =>
      groups?.get(name)?.map(({ body }) => body) ?? [];
    return compareBodies(`${stage}: ${name}`, bodies(ones), bodies(others));
  });
}

/**
 * What is done to one thing has an order; creations in a list have none, as the engine makes several things at once.
 * Actions are the exception: they are posted to a list, and their order is their point.
 */
function compareOrder(stage: string, first: readonly Request[], second: readonly Request[]): Difference[] {
  const [ones, others] = [sequences(first), sequences(second)];
  return [...ones.keys()].sort().flatMap((about): Difference[] => {
    const [one = [], other = []] = [ones.get(about), others.get(about)];
    const isSameSet = JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());
    if (!isSameSet || JSON.stringify(one) === JSON.stringify(other)) return [];
    return [{ kind: "order", where: `${stage}: ${about}`, standIn: one, official: other }];
  });
}

function sequences(requests: readonly Request[]): Map<string, string[]> {
  const sequences = new Map<string, string[]>();
  for (const request of requests) {
    const { about, method, path } = request;
    const isCreation = method === "POST" && path !== about && !path.endsWith("/actions");
    if (about === undefined || isRead(request) || isCreation) continue;
    const type = path.endsWith("/actions") ? ` ${JSON.stringify(request.body)}` : "";
    sequences.set(about, [...(sequences.get(about) ?? []), `${method} ${path}${type}`]);
  }
  return sequences;
}

function compareReads(stage: string, first: readonly Request[], second: readonly Request[]): Difference[] {
  const [ones, others] = [countReads(first), countReads(second)];
  return [...new Set([...ones.keys(), ...others.keys()])]
    .sort()
    .map((name) => ({ name, standIn: ones.get(name) ?? 0, official: others.get(name) ?? 0 }))
    .filter(({ standIn, official }) => standIn !== official)
    .map(({ name, ...counts }) => ({ kind: "reads", where: `${stage}: ${name}`, ...counts }));
}

/**
 * How often each thing was read. Asking for one thing again before anything was done to it is waiting: how often that
 * happens is a matter of time, so it counts once.
 */
function countReads(requests: readonly Request[]): Map<string, number> {
  const counts = new Map<string, number>();
  const writes = new Map<string, number>();
  const seen = new Set<string>();
  for (const request of requests) {
    const { method, path, status, about } = request;
    if (!isRead(request)) {
      if (about !== undefined) writes.set(about, (writes.get(about) ?? 0) + 1);
      continue;
    }
    const name = `${method} ${path}${status < 400 ? "" : ` refused with ${status}`}`;
    const moment = `${name} after ${writes.get(about ?? "") ?? 0}`;
    const isWaiting = path === about && seen.has(moment);
    seen.add(moment);
    if (!isWaiting) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
