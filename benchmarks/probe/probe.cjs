/**
 * Loaded into every Node process of a run by `NODE_OPTIONS=--require`: writes down when what happened there, one JSON
 * line each, into the file that PROBE_FILE names. Plain CommonJS, so that watching costs the watched process no time.
 */
const { appendFileSync } = require("node:fs");
const { registerHooks } = require("node:module");
const { basename } = require("node:path");
const { pathToFileURL } = require("node:url");

const file = process.env.PROBE_FILE;
const program = process.env.PROBE_PROGRAM;
const script = basename(process.argv[1] ?? "");

const lines = [];
function mark(event, at = performance.timeOrigin + performance.now(), more = {}) {
  lines.push(`${JSON.stringify({ pid: process.pid, event, at, ...more })}\n`);
}
function write() {
  appendFileSync(file, lines.splice(0).join(""));
}

// The program is the one process that the language host starts with these words.
if (process.argv.includes("--monitor")) watchProgram();
else if (script === "main.ts") watchProvider(process.argv[2]);

function watchProgram() {
  mark("program started", performance.timeOrigin);
  const entry = pathToFileURL(program).href;
  globalThis.probeMark = mark;
  registerHooks({
    load(url, context, next) {
      if (url !== entry) return next(url, context);
      mark("program loading");
      const loaded = next(url, context);
      // Imports are done before the first statement of a module runs, and its last one ends the wiring.
      const source = `${loaded.source}`;
      return {
        ...loaded,
        source: `globalThis.probeMark("program running");${source}\nglobalThis.probeMark("program wired");`,
      };
    },
  });
  process.on("exit", () => {
    mark("program ended", undefined, { peakBytes: process.resourceUsage().maxRSS * 1024 });
    write();
  });
}

function watchProvider(name) {
  mark("provider started", performance.timeOrigin, { name });
  const { write: print } = process.stdout;
  // A plugin prints its port when it is ready.
  process.stdout.write = (...words) => {
    process.stdout.write = print;
    mark("provider ready", undefined, { name });
    write();
    return print.apply(process.stdout, words);
  };
}
