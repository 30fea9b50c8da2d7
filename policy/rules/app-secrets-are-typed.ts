import { resourceRule } from "../rule.ts";
import { types } from "../types.ts";

interface Variable {
  readonly key: string;
  readonly value?: string;
  readonly scope?: string;
  readonly type?: string;
}

interface Component {
  readonly name?: string;
  readonly envs?: readonly Variable[];
}

const secretName =
  /(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|SERVICE_ROLE|WEBHOOK)|(^|_)(API_?KEY|ACCESS_?KEY|DSN)(_|$)|_KEY$/;
/** An address with a password in it. */
const secretValue = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/**
 * Whatever looks like a secret is typed SECRET, which DigitalOcean encrypts and never shows again, and given at run time:
 * what is there at build time ends in an image. A static site is read by everyone. An app that is left as it was found is
 * left out: its specification is not the stack's yet, and its settings say so.
 */
export const appSecretsAreTyped = resourceRule({
  name: "app-secrets-are-typed",
  description:
    "Whatever looks like a secret in an app is typed SECRET and given at run time alone, and no static site has one.",
  types: [types.app],
  check: ({ props, opts }, refuse) => {
    if (opts.ignoreChanges.includes("spec")) return;
    const spec = (props.spec ?? {}) as Record<string, readonly Component[]> & Component;
    const running = ["services", "workers", "jobs", "functions"].flatMap((kind) => spec[kind] ?? []);
    for (const { name = "the app", envs = [] } of [spec, ...running]) {
      for (const variable of envs.filter(isSecret)) {
        if (variable.type !== "SECRET")
          refuse(
            `${variable.key} of ${name} looks like a secret, and is plain text.`,
            "Take it from a secret in the catalogue (from: secret, generated or databaseUrl).",
          );
        if (variable.scope !== "RUN_TIME")
          refuse(
            `${variable.key} of ${name} is a secret, and given while the image is built.`,
            'Give it scope "RUN_TIME".',
          );
      }
    }
    for (const { name, envs = [] } of spec.staticSites ?? []) {
      for (const { key } of [...envs, ...(spec.envs ?? [])].filter(isSecret))
        refuse(
          `${key} would stand in the static site ${name}, which everyone can read.`,
          "Move what needs it into a service.",
        );
    }
  },
});

function isSecret({ key, value, type }: Variable): boolean {
  return type === "SECRET" || secretName.test(key) || (typeof value === "string" && secretValue.test(value));
}
