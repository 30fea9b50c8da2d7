import type { Property } from "../../framework/properties.ts";
import { object, set, string } from "../../framework/properties.ts";

/**
 * True for an encrypted answer. The service never tells a secret variable again: it answers `EV[1:...]`. After a
 * deployment the declared value is stored in its place, so that a second preview shows no change; a refresh stores the
 * encrypted text, so that the next one shows the app as changed.
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
      // The API does not always say GENERAL of what is not secret, and the official provider takes it as not set.
      type: string({ computed: true, neverSettled: true, blank: "GENERAL", oneOf: ["GENERAL", "SECRET"] }),
    }),
    { identity: "key" },
  );
