import { readdirSync, readFileSync, statSync } from "node:fs";
import Handlebars from "handlebars";
import type { HostFile } from "../bundle.ts";

const folder = new URL("../files/", import.meta.url);

/** Where a file lands, what is filled in, and who may read it. What is left out follows from the path in `host/files`. */
export interface FileOptions {
  /** Template below `host/files/`, where it stands under another path than it lands on. */
  readonly template?: string;
  /** Makes a template of it: every name in it must have a value here. */
  readonly values?: object;
  /** Four octal digits. @default 0755 for what is executable in the repository, else 0644 */
  readonly mode?: string;
  /** @default root */
  readonly group?: string;
  /** @default root */
  readonly owner?: string;
  readonly secret?: true;
}

/**
 * One file of a host, from the file of the same path in `host/files/`; with `.hbs` behind it where values are filled in.
 *
 * @throws Error when the template names something that has no value
 */
export function hostFile(path: string, options: FileOptions = {}): HostFile {
  const { values, template = path.slice(1), owner = "root", group = "root", secret } = options;
  const source = new URL(values === undefined ? template : `${template}.hbs`, folder);
  const text = readFileSync(source, "utf8");
  const executable = (statSync(source).mode & 0o100) !== 0;
  return {
    path,
    mode: options.mode ?? (executable ? "0755" : "0644"),
    owner,
    group,
    content: values === undefined ? text : fill(template, text, values),
    ...(secret ? { secret } : {}),
  };
}

/** Every module of a Python package in `host/files/`. */
export function programFiles(path: string): HostFile[] {
  return readdirSync(new URL(`${path.slice(1)}/`, folder))
    .filter((file) => file.endsWith(".py"))
    .sort()
    .map((file) => hostFile(`${path}/${file}`));
}

/** A file with a secret: only root reads it, or the group as well where a service does. */
export function secretFile(path: string, options: FileOptions): HostFile {
  return hostFile(path, {
    mode: options.group === undefined ? "0600" : "0640",
    ...options,
    secret: true,
  });
}

const compiled = new Map<string, HandlebarsTemplateDelegate>();

/** Several hosts get the same files, and a template is filled in a hundredth of the time that it takes to compile it. */
function fill(name: string, text: string, values: object): string {
  try {
    const template = compiled.get(text) ?? Handlebars.compile(text, { strict: true, noEscape: true });
    compiled.set(text, template);
    return template(values);
  } catch (error) {
    throw new Error(`host/files/${name}.hbs: ${(error as Error).message}`);
  }
}
