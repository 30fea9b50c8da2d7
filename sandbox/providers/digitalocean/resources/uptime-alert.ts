import { number, single, string } from "../../framework/properties.ts";
import { textOf } from "../../framework/values.ts";
import { collection } from "../collection.ts";
import { splitImportId } from "../import-ids.ts";
import { notifications } from "./notifications.ts";

/** What is to be told when an uptime check fails. */
export const uptimeAlert = collection({
  token: "digitalocean:index/uptimeAlert:UptimeAlert",
  inputs: {
    checkId: string({ required: true, wire: false }),
    name: string({ autoName: {} }),
    type: string({ required: true, oneOf: ["latency", "down", "down_global", "ssl_expiry"] }),
    threshold: number(),
    comparison: string({ oneOf: ["greater_than", "less_than"] }),
    period: string({ oneOf: ["2m", "3m", "5m", "10m", "15m", "30m", "1h"] }),
    notifications: single(notifications, { required: true }),
  },
  outputs: {},
  path: ({ checkId }) => `/v2/uptime/checks/${encodeURIComponent(textOf(checkId))}/alerts`,
  envelope: "alert",
  parseImportId: (given) => {
    const [checkId, id] = splitImportId(given, "<check id>,<alert id>");
    return { id, known: { checkId } };
  },
});
