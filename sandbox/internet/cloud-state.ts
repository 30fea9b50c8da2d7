import { statSync } from "node:fs";
import { readJson } from "../engine/files.ts";

/**
 * What a part of the internet knows from the cloud's own state file. The cloud writes it before it answers a call, so
 * whoever has been told that something exists finds it here; and it is read again only when it is another file than
 * before.
 */
export class CloudState<T> {
  readonly #file: string;
  readonly #parse: (state: unknown) => T;
  #version = "";
  #known: T;

  /** @param nothing what is known while there is no file */
  constructor(file: string, nothing: T, parse: (state: unknown) => T) {
    this.#file = file;
    this.#known = nothing;
    this.#parse = parse;
  }

  read(): T {
    const status = statSync(this.#file, { bigint: true, throwIfNoEntry: false });
    if (!status) return this.#known;
    const version = `${status.ino} ${status.mtimeNs} ${status.size}`;
    if (version !== this.#version) {
      this.#known = this.#parse(readJson(this.#file));
      this.#version = version;
    }
    return this.#known;
  }
}
