import { createHash, randomBytes } from "node:crypto";
import { combine, split } from "shamir-secret-sharing";
import { Failure } from "../failure.ts";

/** How many people hold a share, and how many of them are needed. */
export interface Sharing {
  /** Shares that open together, from 2 on. */
  readonly any: number;
  /** Shares there are, 255 at most. */
  readonly of: number;
}

/** One share, as its text says. */
interface Share extends Sharing {
  readonly environment: string;
  /** From 1 on. */
  readonly number: number;
  /** Shares of one passphrase have the same. */
  readonly set: string;
  readonly part: Uint8Array;
  /** Where it was read. */
  readonly origin: string;
}

/** A passphrase as shares, each a line of text. */
export interface Split {
  readonly set: string;
  readonly shares: readonly string[];
}

const form =
  /^ipkit1-(?<environment>[a-z][a-z0-9-]*)-(?<any>\d+)of(?<of>\d+)-(?<number>\d+)-(?<set>[0-9a-f]{8})-(?<part>(?:[0-9a-f]{2})+)-(?<check>[0-9a-f]{8})$/;

/**
 * Splits a passphrase by Shamir's scheme: any so many shares give it back, and fewer say nothing about it. Each is one line of
 * digits and letters that survives paper, and says of which environment and set it is and whether it is whole.
 *
 * @throws Failure where no such shares can be made
 */
export async function splitPassphrase(
  passphrase: string,
  environment: string,
  { any, of }: Sharing,
): Promise<Split> {
  if (!(any >= 2 && any <= of && of <= 255))
    throw new Failure(
      `any ${any} of ${of} shares cannot be: at least 2 of them open, no more than there are, and there are 255 at most`,
      "./scripts/ops kit shares --any 3 --of 5",
    );
  const set = randomBytes(4).toString("hex");
  const parts = await split(new TextEncoder().encode(passphrase), of, any);
  const shares = parts.map((part, index) => {
    const text = `ipkit1-${environment}-${any}of${of}-${index + 1}-${set}-${Buffer.from(part).toString("hex")}`;
    return `${text}-${checkOf(text)}`;
  });
  return { set, shares };
}

/** Shares as people handed them over, each with where it was read. */
export type GivenShares = readonly { readonly text: string; readonly origin: string }[];

/** A passphrase that shares gave, and the set they are of. */
export interface Joined {
  readonly passphrase: string;
  readonly set: string;
  readonly environment: string;
}

/**
 * Gives the passphrase back. Which passphrase it was they cannot say: what it opens, does.
 *
 * @throws Failure naming the share that is damaged or of another set, or how many are missing
 */
export async function joinShares(given: GivenShares): Promise<Joined> {
  const shares = given.map(({ text, origin }) => readShare(text, origin));
  const [first] = shares;
  if (first === undefined) throw new Failure("no share was given", "--shares FILE... names their files");
  const { any, set, environment } = first;
  const foreign = shares.find((share) => share.set !== set || share.environment !== environment);
  if (foreign)
    throw new Failure(
      `${foreign.origin} is of the set ${foreign.set} of ${foreign.environment}, and ${first.origin} of the set ${set} of ${environment}: they do not belong together`,
      "give shares of one set; kit list says which set a kit needs",
    );
  const different = [...new Map(shares.map((share) => [share.number, share])).values()];
  if (different.length < any)
    throw new Failure(
      `${any} different shares are needed, and there are ${different.length}: number ${different.map(({ number }) => number).join(", ")}`,
    );
  const bytes = await combine(different.slice(0, any).map(({ part }) => part));
  return { passphrase: Buffer.from(bytes).toString("utf8"), set, environment };
}

/** A share's text holds a secret: what is wrong with it is said, and never the text. */
function readShare(text: string, origin: string): Share {
  const line = text.trim().toLowerCase();
  const groups = form.exec(line)?.groups;
  if (groups === undefined) {
    const number = /^ipkit1-[a-z][a-z0-9-]*?-\d+of\d+-(\d+)-/.exec(line)?.[1];
    if (number === undefined) throw new Failure(`${origin} is no share of a kit's passphrase`);
    throw new Failure(`share ${number} (${origin}) is damaged: something is missing in it`, anotherShare);
  }
  const { environment = "", set = "", part = "", check } = groups;
  if (checkOf(line.slice(0, line.lastIndexOf("-"))) !== check)
    throw new Failure(
      `share ${groups.number} (${origin}) is damaged: its last eight digits do not fit the others`,
      anotherShare,
    );
  const [any, of, number] = [Number(groups.any), Number(groups.of), Number(groups.number)];
  return { any, of, number, environment, set, part: Uint8Array.from(Buffer.from(part, "hex")), origin };
}

const anotherShare = "compare it with the paper it was typed from, or take another one's share";

const checkOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);
