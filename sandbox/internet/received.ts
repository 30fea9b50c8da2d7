import { appendFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder, readText } from "../engine/files.ts";

/** A file of messages that were sent to somebody in the world: one JSON text a line, oldest first. */
export class Received<T> {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Adds a message, before its sender is told that it has arrived. */
  add(message: T): void {
    makeFolder(dirname(this.file));
    appendFileSync(this.file, `${JSON.stringify({ time: new Date().toISOString(), ...message })}\n`, {
      mode: 0o600,
    });
  }

  /** Everything that came. A line without an end is still being written. */
  all(): (T & { time: string })[] {
    const lines = (readText(this.file) ?? "").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as T & { time: string });
  }
}
