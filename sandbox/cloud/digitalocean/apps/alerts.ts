import type { Cloud } from "../../core/cloud.ts";
import { uuid } from "../../core/identifiers.ts";
import { accountOf } from "../account.ts";
import { openSlack } from "../slack.ts";
import type { AppAlertRecord } from "./records.ts";
import { type AppSpec, runningComponents } from "./spec.ts";

/** The alerts that a spec asks for; one that was there already keeps its number and whom it tells. */
export function alertsOf(cloud: Cloud, spec: AppSpec, existing: AppAlertRecord[]): AppAlertRecord[] {
  const wanted = [
    ...(spec.alerts ?? []).map((alert) => ({ component_name: "", alert })),
    ...runningComponents(spec).flatMap((component) =>
      (component.alerts ?? []).map((alert) => ({ component_name: component.name, alert })),
    ),
  ];
  return wanted.map(({ component_name, alert }) => {
    const before = existing.find(
      (one) => one.component_name === component_name && one.spec.rule === alert.rule,
    );
    // The vendor tells the owner by mail until somebody else is named.
    const told = before ?? { id: uuid(), emails: [accountOf(cloud).email], slack_webhooks: [] };
    const { id, emails, slack_webhooks } = told;
    return { id, component_name, spec: alert, emails, slack_webhooks };
  });
}

/** An alert as the API shows it. */
export function alertView(cloud: Cloud, alert: AppAlertRecord) {
  return {
    ...alert,
    slack_webhooks: openSlack(cloud, alert.slack_webhooks),
    phase: "ACTIVE",
    progress: { steps: [{ name: "configure-alert", status: "SUCCESS" }] },
  };
}
