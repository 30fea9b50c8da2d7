import type { SlackTarget } from "../records.ts";
import type { DeploymentOutcome } from "./outcome.ts";
import type { AppSpec } from "./spec.ts";

/** An alert of an app or of one of its components, with those who are told. */
export interface AppAlertRecord {
  id: string;
  component_name: string;
  spec: { rule: string; disabled?: boolean | undefined; operator?: string; value?: number; window?: string };
  emails: string[];
  /** Sealed addresses. */
  slack_webhooks: SlackTarget[];
}

export interface AppRecord {
  id: string;
  spec: AppSpec;
  project_id: string;
  created_at: string;
  updated_at: string;
  /** The host name that App Platform gave the app when it first went live. */
  ingress_host: string | null;
  active_deployment_id: string | null;
  /** The deployment that a rollback pinned; nothing else is deployed until it is committed or reverted. */
  pinned_deployment_id: string | null;
  spec_before_rollback: AppSpec | null;
  alerts: AppAlertRecord[];
}

export type Phase =
  | "PENDING_BUILD"
  | "BUILDING"
  | "PENDING_DEPLOY"
  | "DEPLOYING"
  | "ACTIVE"
  | "SUPERSEDED"
  | "ERROR"
  | "CANCELED";

export interface Deployment {
  id: string;
  app_id: string;
  spec: AppSpec;
  cause: string;
  phase: Phase;
  phase_last_updated_at: string;
  created_at: string;
  /** When it began and how long it takes, in milliseconds. */
  began_at: number;
  duration: number;
  /** Ordered by a test: it ends in an error. */
  fails: boolean;
  /** What came of its containers, where somebody runs them and knows it. */
  outcome?: DeploymentOutcome;
  previous_deployment_id: string;
  cloned_from: string;
}
