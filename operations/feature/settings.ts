import { parseDocument } from "yaml";
import { z } from "zod";
import { Failure } from "../failure.ts";

/** What a feature's environment is made from. */
export interface FeaturePlan {
  /** `feature-` and a name of up to 20 letters, digits and hyphens. */
  readonly environment: string;
  readonly monthlyUsd: number;
  /** Second part of its private networks, 10.N.0.0; no other environment may have it. */
  readonly network: number;
}

/** Name of the environment of a branch `feature/NAME`. */
export function environmentOf(branch: string): string {
  const name = branch
    .replace(/^refs\/heads\//, "")
    .replace(/^feature\//, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (!/^(refs\/heads\/)?feature\/./.test(branch) || name === "" || name.length > 20)
    throw new Failure(
      `"${branch}" gives no environment: it has to be feature/ and 1 to 20 letters, digits and hyphens`,
      "git branch --move feature/A-SHORT-NAME",
    );
  return `feature-${name}`;
}

/** The second parts of networks that features take; staging has 121 and 105, production 120 and 104. */
export const featureNetworks: readonly number[] = Array.from({ length: 60 }, (_, index) => 130 + index);

/**
 * The settings of a feature's environment, from another environment's: every name that has to be its own is, nothing in it is
 * protected, and secrets stay as they are encrypted.
 */
export function featureSettings(source: string, { environment, monthlyUsd, network }: FeaturePlan): string {
  const document = parseDocument(source);
  const at = (...path: string[]) => [
    "config",
    ...path.map((part, index) => (index === 0 ? `insightpulse:${part}` : part)),
  ];
  const keys = (section: string) =>
    Object.keys(z.record(z.string(), z.unknown()).parse(valueAt(at(section)) ?? {}));
  const valueAt = (path: readonly string[]) => {
    const value = document.getIn(path, true) as { toJSON?: () => unknown } | undefined;
    return value?.toJSON?.();
  };
  const label = environment.replace(/^feature-/, "");
  document.setIn(at("environment"), environment);
  document.setIn(at("domain"), `${label}.${String(document.getIn(at("domain")))}`);
  document.setIn(at("protectData"), false);
  document.setIn(at("project", "name"), `insightpulse-${environment}`);
  document.setIn(at("project", "tier"), "Development");
  for (const [index, region] of keys("networks").entries()) {
    document.setIn(at("networks", region, "name"), `insightpulse-${environment}-${region}`);
    document.setIn(at("networks", region, "ipRange"), `10.${network}.${index * 16}.0/20`);
  }
  for (const host of keys("hosts")) document.setIn(at("hosts", host, "name"), `ipai-${environment}-${host}`);
  for (const service of keys("services")) {
    if (document.hasIn(at("services", service, "appName")))
      document.setIn(at("services", service, "appName"), `${service}-${label}`.slice(0, 32));
  }
  document.setIn(at("backup", "bucket"), `insightpulse-${environment}-backups`);
  document.setIn(at("budget"), { monthlyUsd });
  document.deleteIn(at("adopt"));
  return document.toString({ lineWidth: 0 });
}
