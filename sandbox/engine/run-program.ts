/**
 * Starts the program as the language host would for a project that says `typescript: false`.
 *
 * The newest host that can be built from a Go module is older than the engine, and the engine's way to pass that option
 * on is not known to it: it would put ts-node, and the whole compiler, before every file. Naming this file in
 * `PULUMI_LANGUAGE_NODEJS_RUN_PATH` keeps the project's word. With a newer host it changes nothing.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

delete process.env.PULUMI_NODEJS_TYPESCRIPT;
// The program's own copy of the SDK, as the host would have found it.
createRequire(join(process.cwd(), "package.json"))("@pulumi/pulumi/cmd/run");
