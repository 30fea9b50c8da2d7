import type { Explanation } from "./explain.ts";

/**
 * Where the stand-in is not like the official provider, and has to be or may be. Sandbox/providers/README.md lists
 * these: `./scripts/write-references` writes them there.
 */
export const explanations: readonly Explanation[] = [];
