import { z } from "zod";
import { cidr, host, key, reason, service, sshPublicKey, userName } from "../shapes.ts";

/** The droplets, what runs on them, and who enters them. */
export const hostSections = {
  hosts: z.record(key, host).describe("Droplets, by a short name that services refer to."),
  convergeHosts: z
    .boolean()
    .default(true)
    .describe("Whether hosts are converged over SSH; false manages the cloud resources alone."),
  services: z
    .record(key, service)
    .default({})
    .describe("Where this environment differs from the catalogue; what is left out comes from there."),
  ssh: z
    .strictObject({
      allowFrom: z.array(cidr).min(1, "at least one address range").describe("Who may reach port 22."),
      openToWorldBecause: reason.optional().describe("Needed when allowFrom holds 0.0.0.0/0 or ::/0."),
      adoptionUser: userName
        .default("root")
        .describe(
          "User that the secret hostAccessKey opens on adopted hosts, once; it may be any that sudo makes root.",
        ),
      administrators: z
        .record(
          userName,
          z
            .array(sshPublicKey)
            .min(1, "at least one public key")
            .describe(
              "Public keys that open a user of this name on every host, who becomes root there by sudo.",
            ),
        )
        .default({}),
      giveUpAfterSeconds: z
        .int()
        .min(20)
        .max(3600)
        .default(240)
        .describe(
          "After how long at most up gives up a host that does not answer; one that refuses is asked for a third of it.",
        ),
    })
    .describe("Administration access to the hosts."),
} as const;
