import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { readText } from "./files.ts";

const projectSchema = z.object({ runtime: z.object({ options: z.object({ typescript: z.boolean() }) }) });

/** Variables with which the language host starts the program of this folder as its Pulumi.yaml says. */
export function programVariables(root: string, cache: string): Record<string, string> {
  const project = projectSchema.safeParse(parse(readText(join(root, "Pulumi.yaml")) ?? ""));
  const runsAsItIs = project.success && !project.data.runtime.options.typescript;
  return {
    // Node keeps what it has compiled, by content: the program and the stand-ins start in half the time.
    NODE_COMPILE_CACHE: join(cache, "compiled"),
    ...(runsAsItIs && { PULUMI_LANGUAGE_NODEJS_RUN_PATH: join(import.meta.dirname, "run-program.ts") }),
  };
}
