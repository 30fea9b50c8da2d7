import type { Property } from "../../framework/properties.ts";
import { list, object, string } from "../../framework/properties.ts";

/** Who is told of an alert: mail addresses and Slack channels. */
export const notifications: Property = object({
  emails: list(string(), { wire: "email" }),
  slacks: list(object({ channel: string({ required: true }), url: string({ required: true }) }), {
    wire: "slack",
  }),
});
