import type { Benchmark } from "./benchmark.ts";
import { backup } from "./figures/backup.ts";
import { boot } from "./figures/boot.ts";
import { converge } from "./figures/converge.ts";
import { edge } from "./figures/edge.ts";
import { growth } from "./figures/growth.ts";
import { platform } from "./figures/platform.ts";
import { preview } from "./figures/preview.ts";
import { start } from "./figures/start.ts";
import { up } from "./figures/up.ts";

/** Every benchmark there is, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  ...[preview, up, growth, start],
  ...[platform, boot, converge, edge, backup],
];
