import { shellWord } from "../../../config/quote.ts";
import { ageInWords } from "../../state/lock.ts";
import { type Diagnosis, explanation } from "../finding.ts";
import type { Gathered } from "../gathered.ts";

/** No update of ours takes longer. */
const longestRunSeconds = 3600;

/** Locks on the stack's state whose process has ended, or that are older than any run. */
export function locks({ config, locks: asked }: Gathered): Diagnosis[] {
  if ("unasked" in asked) return [];
  return asked.answer
    .filter(({ runs, ageSeconds }) => runs === false || ageSeconds > longestRunSeconds)
    .map((lock) => {
      const { owner, runs, pid } = lock;
      const free = `./scripts/ops state lock ${config.stack} --free`;
      const since = `${owner} has locked it for ${ageInWords(lock)}`;
      return {
        ...{
          kind: "lock",
          // What mends other findings waits for it.
          severity: "urgent",
          what: "nobody can run pulumi up: the stack is locked",
          where: config.stack,
        },
        ...(runs === false
          ? { cause: `${since}, and its process ${pid} has ended without freeing it`, fix: [free] }
          : runs
            ? { cause: `${since}, and its process ${pid} still runs`, fix: [`kill -INT ${pid}`] }
            : {
                cause: `${since}, longer than any run takes; ask there first`,
                fix: [`${free} --held-by ${shellWord(owner)}`],
              }),
        explains: [explanation.unasked("cloud")],
      } satisfies Diagnosis;
    });
}
