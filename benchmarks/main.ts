import { bench } from "./bench.ts";
import { writeDocumentation } from "./documentation.ts";
import { benchmarks } from "./list.ts";

process.exitCode = await bench(process.argv.slice(2), benchmarks, writeDocumentation);
