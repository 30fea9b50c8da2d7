/**
 * What may stand in `Pulumi.<environment>.yaml`, section by section; each lies in `sections/`. Every section is strict: an
 * unknown key is a fault, never ignored. Facts about vendors (is this size sold there?) are rules, in `rules/`; the sections
 * know shapes.
 */
import type { z } from "zod";
import { accountSections } from "./sections/account.ts";
import { consentSections } from "./sections/consents.ts";
import { dataSections } from "./sections/data.ts";
import { hostSections } from "./sections/hosts.ts";
import { nameSections } from "./sections/names.ts";
import { odooSections } from "./sections/odoo.ts";
import { secretSections } from "./sections/secrets.ts";
import { watchSections } from "./sections/watch.ts";

/** The sections of the configuration, each with its schema, in the order in which they are documented. */
export const sections = {
  ...accountSections,
  ...hostSections,
  ...nameSections,
  ...odooSections,
  ...dataSections,
  ...secretSections,
  ...watchSections,
  ...consentSections,
} as const;

/** Names of the sections. */
export type SectionName = keyof typeof sections;

/** The whole configuration as the program sees it: parsed, with defaults filled in. */
export type Settings = { readonly [Name in SectionName]: z.output<(typeof sections)[Name]> };

/** One host of the configuration. */
export type HostSettings = Settings["hosts"][string];

/** One service's differences from the catalogue. */
export type ServiceSettings = Settings["services"][string];

/** Public keys of the people who administer hosts, by user. */
export type Administrators = Settings["ssh"]["administrators"];
