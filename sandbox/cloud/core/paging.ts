import { badRequest } from "./errors.ts";

type Query = Record<string, string | string[] | undefined>;
type Pages = { first?: string; prev?: string; next?: string; last?: string };

const DEFAULT_PER_PAGE = 20;
const MAXIMUM_PER_PAGE = 200;

/** What every list answer of the API carries besides the list. */
export interface Page<T> {
  items: T[];
  links: { pages?: Pages };
  meta: { total: number };
}

/** Cuts one page out of a list, with the vendor's links to its neighbours. */
export function paginate<T>(items: T[], request: { query: unknown; url: string }, origin: string): Page<T> {
  const query = request.query as Query;
  const page = positive(query.page, 1, "page");
  const perPage = Math.min(positive(query.per_page, DEFAULT_PER_PAGE, "per_page"), MAXIMUM_PER_PAGE);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (number: number) => {
    const url = new URL(request.url, origin);
    url.searchParams.set("page", String(number));
    return url.href;
  };
  const pages: Pages = {};
  if (page > 1) Object.assign(pages, { first: link(1), prev: link(page - 1) });
  if (page < last) Object.assign(pages, { next: link(page + 1), last: link(last) });
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    links: Object.keys(pages).length > 0 ? { pages } : {},
    meta: { total: items.length },
  };
}

function positive(value: string | string[] | undefined, otherwise: number, name: string): number {
  if (value === undefined || value === "") return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw badRequest(`${name} must be a whole number from 1 up`);
  return number;
}
