import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { exclusively, installInto, type ObtainOptions } from "../../engine/engine.ts";
import { removeAbandonedWork } from "../../engine/files.ts";
import { requireGo } from "../../engine/go.ts";
import { obtain } from "../../engine/obtain.ts";
import { runLong } from "../../engine/run.ts";
import { isExecutable, type Tool } from "../../engine/tool.ts";

const executable = "pebble";
const version = "2.10.1";
const goPackage = "github.com/letsencrypt/pebble/v2/cmd/pebble";

/** Pebble, Let's Encrypt's own small ACME server for tests. Built: nobody offers it for download in one place. */
export function obtainPebble(options: ObtainOptions): Promise<Tool> {
  const { cache, report, note } = options;
  const store = join(cache, executable);
  const target = join(store, version);
  return obtain({
    name: executable,
    report,
    note,
    // One on PATH does not say its version when it comes from a distribution, and older ones know other settings.
    onPath: async () => undefined,
    cached: () =>
      isExecutable(join(target, "bin", executable))
        ? { folder: join(target, "bin"), version, origin: "cached, built from source" }
        : undefined,
    build: async () => {
      await requireGo(executable);
      return installInto(store, target, async (work) => {
        mkdirSync(join(work, "bin"));
        await runLong({
          command: "go",
          arguments: [
            "install",
            "-v",
            "-ldflags",
            `-s -w -X main.version=${version}`,
            `${goPackage}@v${version}`,
          ],
          folder: work,
          variables: { GOBIN: join(work, "bin"), GOWORK: "off" },
          cache: store,
          report: (line) => report(`building ${executable}: ${line}`),
        });
        return { version, origin: "built from source" };
      });
    },
    exclusively: (work) =>
      exclusively(options, executable, async () => {
        removeAbandonedWork(store);
        return work();
      }),
  });
}
