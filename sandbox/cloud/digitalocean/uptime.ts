import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { list, parseBody } from "../core/validation.ts";
import type { UptimeAlert, UptimeCheck } from "./records.ts";
import { openSlack, SlackRequest, sealSlack } from "./slack.ts";

const REGIONS = ["us_east", "us_west", "eu_west", "se_asia"] as const;
const PERIODS = ["2m", "3m", "5m", "10m", "15m", "30m", "1h"] as const;

const Check = z
  .strictObject({
    name: z.string().min(1),
    type: z.enum(["ping", "http", "https"]),
    target: z.string().min(1),
    regions: list(z.enum(REGIONS)),
    enabled: z.boolean().default(true),
  })
  .refine((check) => check.type === "ping" || URL.canParse(check.target), {
    path: ["target"],
    message: "must be an http or https URL",
  });
// A threshold and a comparison mean nothing for the alerts about being down, and clients send them empty.
const Alert = z
  .strictObject({
    name: z.string().min(1),
    type: z.enum(["latency", "down", "down_global", "ssl_expiry"]),
    threshold: z.int().min(0).default(0),
    comparison: z.enum(["greater_than", "less_than", ""]).default(""),
    notifications: z.strictObject({ email: list(z.email()), slack: list(SlackRequest) }),
    period: z.enum([...PERIODS, ""]).default(""),
  })
  .refine((alert) => alert.notifications.email.length + alert.notifications.slack.length > 0, {
    path: ["notifications"],
    message: "need at least one email or Slack channel",
  })
  .refine((alert) => !["latency", "ssl_expiry"].includes(alert.type) || alert.threshold > 0, {
    path: ["threshold"],
    message: "is required for this type",
  });

function alertView(cloud: Cloud, alert: UptimeAlert) {
  const { check_id: _, notifications, ...view } = alert;
  return { ...view, notifications: { ...notifications, slack: openSlack(cloud, notifications.slack) } };
}

/** This cloud never looks at the targets, so it says of every region that nothing has been seen yet. */
const stateView = (check: UptimeCheck) => ({
  regions: Object.fromEntries(
    check.regions.map((region) => [
      region,
      { status: "CHECKING", status_changed_at: timestamp(), thirty_day_uptime_percentage: 0 },
    ]),
  ),
  previous_outage: {},
});

/** Uptime checks and the alerts on them. */
export const uptime: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { uptimeChecks, uptimeAlerts } = cloud.state;
  type ById = { Params: { id: string } };
  type ByAlert = { Params: { id: string; alert: string } };
  const find = (id: string) => orNotFound(uptimeChecks.get(id));
  const findAlert = ({ id, alert }: ByAlert["Params"]) => {
    const found = uptimeAlerts.get(alert);
    return orNotFound(found?.check_id === find(id).id ? found : undefined);
  };
  const putAlert = (id: string, check_id: string, body: unknown) => {
    const { notifications, ...rest } = parseBody(Alert, body);
    const sealed = { ...notifications, slack: sealSlack(cloud, notifications.slack) };
    return { alert: alertView(cloud, uptimeAlerts.put({ id, check_id, ...rest, notifications: sealed })) };
  };

  app.get("/uptime/checks", async (request) => {
    const page = paginate(uptimeChecks.all(), request, cloud.apiUrl);
    return { checks: page.items, links: page.links, meta: page.meta };
  });
  app.post("/uptime/checks", async (request, reply) => {
    const { regions, ...body } = parseBody(Check, request.body);
    reply.code(201);
    // The vendor checks from everywhere when no region is named.
    return {
      check: uptimeChecks.put({ id: uuid(), ...body, regions: regions.length > 0 ? regions : [...REGIONS] }),
    };
  });
  app.get<ById>("/uptime/checks/:id", async (request) => ({ check: find(request.params.id) }));
  app.put<ById>("/uptime/checks/:id", async (request) => {
    const { id } = find(request.params.id);
    return { check: uptimeChecks.put({ id, ...parseBody(Check, request.body) }) };
  });
  app.delete<ById>("/uptime/checks/:id", async (request, reply) => {
    const { id } = find(request.params.id);
    for (const alert of uptimeAlerts.filter((one) => one.check_id === id)) uptimeAlerts.delete(alert.id);
    uptimeChecks.delete(id);
    reply.code(204);
  });
  app.get<ById>("/uptime/checks/:id/state", async (request) => ({
    state: stateView(find(request.params.id)),
  }));

  app.get<ById>("/uptime/checks/:id/alerts", async (request) => {
    const { id } = find(request.params.id);
    const own = uptimeAlerts.filter((alert) => alert.check_id === id);
    const page = paginate(own, request, cloud.apiUrl);
    return { alerts: page.items.map((alert) => alertView(cloud, alert)), links: page.links, meta: page.meta };
  });
  app.post<ById>("/uptime/checks/:id/alerts", async (request, reply) => {
    const check = find(request.params.id);
    reply.code(201);
    return putAlert(uuid(), check.id, request.body);
  });
  app.get<ByAlert>("/uptime/checks/:id/alerts/:alert", async (request) => {
    return { alert: alertView(cloud, findAlert(request.params)) };
  });
  app.put<ByAlert>("/uptime/checks/:id/alerts/:alert", async (request) => {
    const alert = findAlert(request.params);
    return putAlert(alert.id, alert.check_id, request.body);
  });
  app.delete<ByAlert>("/uptime/checks/:id/alerts/:alert", async (request, reply) => {
    uptimeAlerts.delete(findAlert(request.params).id);
    reply.code(204);
  });
};
