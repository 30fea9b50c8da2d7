import { type Platform, told } from "./support.ts";

/** Headers by their names in small letters, as often as they came. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** What a web server answered, without the body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
}

/** Asks a web server as curl does, with a path as it is written. */
export async function answer(platform: Platform, ...words: string[]): Promise<Answer> {
  const asked = ["--http1.1", "--output", "/dev/null", "--dump-header", "-", "--path-as-is", ...words];
  const [first = "", ...lines] = (await told(platform.curl(...asked))).split(/\r?\n/);
  const headers = lines.flatMap((line): [string, string][] => {
    const [name, ...value] = line.split(": ");
    return name && value.length > 0 ? [[name.toLowerCase(), value.join(": ")]] : [];
  });
  return { status: Number(first.split(" ")[1]), headers };
}

/** All values of a header, given by its name in small letters. */
export function valuesOf(headers: Headers, wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}
