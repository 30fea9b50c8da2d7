import type { Capture, Difference } from "./capture.ts";
import { compareRequests } from "./requests.ts";
import { compareStates } from "./states.ts";
import { compareSteps } from "./steps.ts";
import { Symbols } from "./symbols.ts";

/** Every difference between two runs of the same program, in the order in which they happened. */
export function compareCaptures(first: Capture, second: Capture): Difference[] {
  const sides = [Symbols.of(first), Symbols.of(second)] as const;
  const [one, other] = sides;
  return first.stages.flatMap(({ stage, steps, requests, state }, index): Difference[] => {
    const partner = second.stages[index];
    if (partner?.stage !== stage) throw new Error(`the second side has no ${stage}`);
    return [
      ...compareSteps(stage, steps, partner.steps),
      ...compareRequests(stage, { requests, symbols: one }, { requests: partner.requests, symbols: other }),
      ...compareStates(
        `state after ${stage}`,
        { resources: state ?? [], symbols: one },
        { resources: partner.state ?? [], symbols: other },
      ),
    ];
  });
}
