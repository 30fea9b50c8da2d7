import { markVariable } from "../../engine/processes.ts";

/** The mark of this process as variables, by which whatever is started with them is found when this process was killed. */
export function ownMark(): Record<string, string> {
  const { [markVariable]: mark } = process.env;
  return mark === undefined ? {} : { [markVariable]: mark };
}
