import type { PolicyResource } from "@pulumi/policy";
import { known, stackRule } from "../rule.ts";
import { ofType } from "../stack.ts";
import { types } from "../types.ts";

/** Which output of what the stack makes is secret. */
const secretOutputs: Readonly<Record<string, readonly string[]>> = {
  [types.password]: ["result"],
  [types.key]: ["privateKeyOpenssh", "privateKeyPem"],
  [types.spacesKey]: ["secretKey"],
};

/** Shorter ones turn up by chance. */
const shortest = 12;

interface Plain {
  readonly where: string;
  readonly text: string;
}

/**
 * A command's text and variables stand in process lists and errors; standard input does neither. The values are those the
 * stack itself has made, as far as a preview knows them: whatever the operator sets is never put together with them.
 */
export const secretsStayInSecretInputs = stackRule({
  name: "secrets-stay-in-secret-inputs",
  description:
    "No secret that the stack has made stands in a command's text, variables or triggers, in a name, a tag, or a plain variable of an app.",
  check: (resources, refuse) => {
    const secrets = Object.entries(secretOutputs).flatMap(([type, outputs]) =>
      ofType(resources, type).flatMap(({ name, props }) =>
        outputs
          .map((output) => ({ name, value: known(() => props[output] as string | undefined) }))
          .filter(({ value }) => value !== undefined && value.length >= shortest),
      ),
    );
    for (const resource of resources) {
      for (const { where, text } of plainTexts(resource)) {
        const found = secrets.find(({ value }) => text.includes(value ?? ""));
        if (found === undefined) continue;
        refuse(
          resource,
          `the secret ${found.name} stands in ${where}.`,
          "Pass it through standard input, or as a variable of the type SECRET; then rotate it, for it has been written down.",
        );
      }
    }
  },
});

function plainTexts({ type, props }: PolicyResource): Plain[] {
  switch (type) {
    case types.command:
      return ["create", "update", "delete", "environment", "triggers"].flatMap((where) =>
        plain(where, () => props[where]),
      );
    case types.app:
      return ["services", "workers", "jobs", "staticSites"].flatMap((kind) =>
        plain(`a plain variable of its ${kind}`, () =>
          ((props.spec?.[kind] ?? []) as { envs?: { type?: string; value?: string }[] }[]).flatMap(
            ({ envs = [] }) => envs.filter((env) => env.type !== "SECRET").map(({ value }) => value),
          ),
        ),
      );
    default:
      return ["name", "tags", "description"].flatMap((where) => plain(where, () => props[where]));
  }
}

function plain(where: string, read: () => unknown): Plain[] {
  const text = known(() => JSON.stringify(read()));
  return text === undefined ? [] : [{ where, text }];
}
