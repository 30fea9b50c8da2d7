import { z } from "zod";
import { hostName } from "../shapes.ts";

/** Who looks, at what, and who is told. */
export const watchSections = {
  monitoring: z
    .strictObject({
      emails: z
        .array(z.email())
        .min(1, "at least one address")
        .describe("Verified addresses of the DigitalOcean team."),
      slackChannel: z
        .string()
        .regex(/^#[a-z0-9_-]+$/, "# and a channel name")
        .optional()
        .describe("Needs the secret slackWebhookUrl."),
      mail: z
        .strictObject({
          server: hostName.describe("Server that takes mail from its users, with TLS."),
          port: z
            .int()
            .min(1)
            .max(65535)
            .default(587)
            .describe(
              "465 speaks TLS from the start, any other turns to it. DigitalOcean keeps 25, 465 and 587 closed for droplets " +
                "until its support opens them; where it does not, take a relay that listens on 2525.",
            ),
          from: z.email().describe("Sender of alerts."),
          user: z
            .string()
            .min(1)
            .max(255)
            .optional()
            .describe("Who signs in; the sender when left out. The secret mailPassword is its password."),
        })
        .optional()
        .describe(
          "How hosts send alerts by mail to the addresses in emails; DigitalOcean's own alerts do not need it.",
        ),
      cpuPercent: z
        .int()
        .min(1)
        .max(100)
        .default(80)
        .describe("CPU use of a host, in percent, above which an alert is sent."),
      memoryPercent: z
        .int()
        .min(1)
        .max(100)
        .default(85)
        .describe("Memory use of a host, in percent, above which an alert is sent."),
      diskPercent: z
        .int()
        .min(1)
        .max(100)
        .default(85)
        .describe("Disk use of a host, in percent, above which an alert is sent."),
      loadPerCpu: z.number().positive().default(1.5).describe("15-minute load for each core."),
      certificateDays: z.int().min(1).default(14).describe("Alert when a certificate has fewer days left."),
    })
    .describe("Where alerts go, and when."),
  watch: z
    .strictObject({
      failures: z
        .int()
        .min(1)
        .max(6)
        .default(2)
        .describe("How many looks in a row must find something wrong before anybody is told."),
      secondLookSeconds: z
        .int()
        .min(0)
        .max(240)
        .default(60)
        .describe(
          "After how long a host looks again at what was wrong; it looks every five minutes otherwise.",
        ),
      holdMinutes: z
        .int()
        .min(5)
        .max(1440)
        .default(60)
        .describe(
          "How long all must have been well before an incident is over: what comes back sooner belongs to it.",
        ),
      slowMilliseconds: z
        .int()
        .min(1)
        .max(10000)
        .default(2000)
        .describe("Alert when a service takes longer for its own health answer."),
      errorPercent: z
        .number()
        .positive()
        .max(100)
        .default(5)
        .describe("Alert when more of a service's answers in ten minutes are errors of its own (5xx)."),
      journalErrors: z
        .int()
        .min(1)
        .default(50)
        .describe("Alert when a unit logs so many errors in ten minutes."),
      diskDays: z
        .int()
        .min(1)
        .max(90)
        .default(7)
        .describe("Alert when a disk will be full in fewer days, as it goes."),
      memoryPressurePercent: z
        .int()
        .min(1)
        .max(100)
        .default(20)
        .describe("Alert when something has waited for memory for so much of a minute."),
      queueJobs: z.int().min(1).default(100).describe("Alert when so many jobs wait in a queue."),
      queueMinutes: z
        .int()
        .min(10)
        .max(1440)
        .default(30)
        .describe("Alert when jobs wait and none has been taken for so long."),
      slowQuerySeconds: z.int().min(1).default(60).describe("Alert when a query runs for longer."),
      heartbeatMinutes: z
        .int()
        .min(10)
        .max(1440)
        .default(15)
        .describe("Alert when a host has not been heard of for longer."),
      drillHours: z
        .int()
        .min(25)
        .max(168)
        .default(26)
        .describe("Alert when the daily drill of the alarm has not arrived everywhere for longer."),
      targets: z
        .strictObject({
          pageMilliseconds: z.int().min(1).default(2000).describe("95 of 100 pages."),
          apiMilliseconds: z.int().min(1).default(200).describe("95 of 100 answers to programs."),
          queryMilliseconds: z.int().min(1).default(100).describe("95 of 100 queries of the database."),
          uptimePercent: z.number().positive().max(100).default(99.9).describe("How often names answer."),
        })
        .prefault({})
        .describe("What was promised; the history of every day says whether it was kept."),
    })
    .prefault({})
    .describe("How hosts watch themselves and each other, every five minutes."),
} as const;
