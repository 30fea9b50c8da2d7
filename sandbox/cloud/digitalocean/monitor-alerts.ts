import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { list, parseBody } from "../core/validation.ts";
import type { MonitorAlert } from "./records.ts";
import { openSlack, SlackRequest, sealSlack } from "./slack.ts";

/** What can be watched: droplets, load balancers, database clusters and droplet pools. */
const DROPLET = [
  ...["load_1", "load_5", "load_15", "cpu", "memory_utilization_percent", "disk_utilization_percent"],
  ...["disk_read", "disk_write", "public_outbound_bandwidth", "public_inbound_bandwidth"],
  ...["private_outbound_bandwidth", "private_inbound_bandwidth"],
];
const OTHER = /^v1\/(insights\/lbaas|dbaas\/alerts|droplet\/autoscale_alerts)\/[a-z0-9_]+$/;
const isType = (type: string) =>
  DROPLET.some((metric) => type === `v1/insights/droplet/${metric}`) || OTHER.test(type);

const Alert = z
  .strictObject({
    type: z.string().refine(isType, "is not a metric that can be watched"),
    description: z.string().min(1),
    compare: z.enum(["GreaterThan", "LessThan"]),
    value: z.number().min(0),
    window: z.enum(["5m", "10m", "30m", "1h"]),
    entities: list(z.string()),
    tags: list(z.string()),
    alerts: z.strictObject({ email: list(z.email()), slack: list(SlackRequest) }),
    enabled: z.boolean().nullish(),
  })
  .refine((alert) => alert.alerts.email.length + alert.alerts.slack.length > 0, {
    path: ["alerts"],
    message: "need at least one email or Slack channel",
  })
  .transform((alert) => ({ ...alert, enabled: alert.enabled ?? true }));

const view = (cloud: Cloud, alert: MonitorAlert) => ({
  ...alert,
  alerts: { ...alert.alerts, slack: openSlack(cloud, alert.alerts.slack) },
});

/** Alert policies on metrics. */
export const monitorAlerts: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { monitorAlerts } = cloud.state;
  type ById = { Params: { id: string } };
  const find = (id: string) => orNotFound(monitorAlerts.get(id));
  const put = (id: string, body: unknown) => {
    const { alerts, ...rest } = parseBody(Alert, body);
    const sealed = { ...alerts, slack: sealSlack(cloud, alerts.slack) };
    return { policy: view(cloud, monitorAlerts.put({ uuid: id, ...rest, alerts: sealed })) };
  };

  app.get("/monitoring/alerts", async (request) => {
    const page = paginate(monitorAlerts.all(), request, cloud.apiUrl);
    return { policies: page.items.map((alert) => view(cloud, alert)), links: page.links, meta: page.meta };
  });
  // The vendor answers 200 here, not 201.
  app.post("/monitoring/alerts", async (request) => put(uuid(), request.body));
  app.get<ById>("/monitoring/alerts/:id", async (request) => ({
    policy: view(cloud, find(request.params.id)),
  }));
  app.put<ById>("/monitoring/alerts/:id", async (request) => put(find(request.params.id).uuid, request.body));
  app.delete<ById>("/monitoring/alerts/:id", async (request, reply) => {
    monitorAlerts.delete(find(request.params.id).uuid);
    reply.code(204);
  });
};
