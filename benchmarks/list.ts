import type { Benchmark } from "./benchmark.ts";
import { backup } from "./figures/backup.ts";
import { growth } from "./figures/growth.ts";
import { preview } from "./figures/preview.ts";
import { start } from "./figures/start.ts";
import { up } from "./figures/up.ts";

/** Every benchmark there is, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [preview, up, growth, start, backup];
