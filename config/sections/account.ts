import { z } from "zod";
import { hostName, label, region } from "../shapes.ts";

/** Which environment this is, and what it all lies in. */
export const accountSections = {
  environment: z
    .string()
    .regex(/^(prod|staging|feature-[a-z0-9-]{1,20})$/, "prod, staging or feature-<name>")
    .describe("Which environment this stack is."),
  domain: hostName.describe("Zone of the environment."),
  protectData: z
    .boolean()
    .default(true)
    .describe(
      "Refuse to delete or replace whatever holds data. Must be true in prod, where names, apps and firewalls are " +
        "protected as well; false is for environments that are thrown away.",
    ),
  project: z
    .strictObject({
      name: z.string().min(1).max(175).describe("Name shown in the control panel."),
      description: z.string().max(255).default("").describe("Free text."),
      purpose: z
        .string()
        .min(1)
        .max(255)
        .describe("What it is for; `Web Application` is one of DigitalOcean's own words."),
      tier: z
        .enum(["Development", "Staging", "Production"])
        .describe("DigitalOcean's word for the environment."),
    })
    .describe("The DigitalOcean project the resources are shown in."),
  networks: z
    .record(
      region,
      z.strictObject({
        name: label.describe("Name of the VPC."),
        ipRange: z
          .cidrv4("an IPv4 range such as 10.120.0.0/20")
          .describe("Private addresses; can never be changed, and no two may overlap."),
        description: z.string().max(255).default("").describe("Free text."),
      }),
    )
    .describe("One VPC for each region that has hosts."),
} as const;
