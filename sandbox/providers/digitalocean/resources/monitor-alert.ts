import type { Properties } from "../../framework/properties.ts";
import { boolean, number, set, string } from "../../framework/properties.ts";
import type { Fields } from "../../framework/values.ts";
import { toWire } from "../../framework/wire.ts";
import { collection } from "../collection.ts";
import { tags } from "../tagging.ts";
import { notifications } from "./notifications.ts";

const DROPLET_METRICS = [
  "cpu",
  "memory_utilization_percent",
  "disk_utilization_percent",
  "public_outbound_bandwidth",
  "public_inbound_bandwidth",
  "private_outbound_bandwidth",
  "private_inbound_bandwidth",
  "disk_read",
  "disk_write",
  "load_1",
  "load_5",
  "load_15",
].map((metric) => `v1/insights/droplet/${metric}`);
const LOAD_BALANCER_METRICS = [
  "avg_cpu_utilization_percent",
  "connection_utilization_percent",
  "droplet_health",
  "tls_connections_per_second_utilization_percent",
  "increase_in_http_error_rate_percentage_5xx",
  "increase_in_http_error_rate_percentage_4xx",
  "increase_in_http_error_rate_count_5xx",
  "increase_in_http_error_rate_count_4xx",
  "high_http_request_response_time",
  "high_http_request_response_time_50p",
  "high_http_request_response_time_95p",
  "high_http_request_response_time_99p",
].map((metric) => `v1/insights/lbaas/${metric}`);
const DATABASE_METRICS = [
  "load_15_alerts",
  "memory_utilization_alerts",
  "disk_utilization_alerts",
  "cpu_alerts",
].map((metric) => `v1/dbaas/alerts/${metric}`);

const inputs: Properties = {
  description: string({ required: true }),
  type: string({
    required: true,
    oneOf: [...DROPLET_METRICS, ...LOAD_BALANCER_METRICS, ...DATABASE_METRICS],
  }),
  compare: string({ required: true, oneOf: ["GreaterThan", "LessThan"] }),
  value: number({ required: true }),
  window: string({ required: true, oneOf: ["5m", "10m", "30m", "1h"] }),
  entities: set(string()),
  tags: tags(),
  alerts: { ...notifications, required: true },
  enabled: boolean({ default: true }),
};
// A PUT replaces the whole policy, so that what is no longer declared is sent as empty.
const body = (declared: Fields) => toWire(inputs, { entities: [], tags: [], ...declared });

/** An alert on a metric of droplets, load balancers or databases. */
export const monitorAlert = collection({
  token: "digitalocean:index/monitorAlert:MonitorAlert",
  inputs,
  // The id is the UUID; the official provider never fills in the output of that name.
  outputs: { uuid: string({ wire: false }) },
  path: "/v2/monitoring/alerts",
  envelope: "policy",
  idField: "uuid",
  body,
  updateBody: body,
});
