import type { Property } from "../../framework/properties.ts";
import { object, set, string } from "../../framework/properties.ts";

/**
 * True for an encrypted answer. The service never tells a secret variable again: it answers `EV[1:...]`, another text
 * each time. The declared value is kept in its place, so that a second preview shows no change, while a new declared
 * value still differs from the stored one and is deployed.
 */
export const isSealed = (live: string): boolean => /^EV\[\d+:/.test(live);

/** Environment variables of an app or of one of its components. */
export const environment = (): Property =>
  set(
    object({
      key: string(),
      value: string({ secret: true, hidden: isSealed }),
      scope: string({
        default: "RUN_AND_BUILD_TIME",
        oneOf: ["UNSET", "RUN_TIME", "BUILD_TIME", "RUN_AND_BUILD_TIME"],
      }),
      type: string({ computed: true, oneOf: ["GENERAL", "SECRET"], same: sameType }),
    }),
    { identity: "key" },
  );

/** The API does not always say GENERAL of what is not secret. */
function sameType(stored: string, declared: string): boolean {
  return stored === declared || (stored === "" && declared === "GENERAL");
}
