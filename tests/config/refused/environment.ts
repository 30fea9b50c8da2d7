import type { Refusal } from "./refusal.ts";

/** What must be refused of the environment as a whole, and who is told of what fails in it, each for one reason. */
export const environmentRefusals: readonly Refusal[] = [
  { name: "an unknown section", edits: { dnss: {} }, path: "dnss", says: /not a key/, allowed: /dns/ },
  {
    name: "a mail server without a sender",
    edits: { "monitoring.mail": { server: "smtp.example.com" } },
    path: "monitoring.mail.from",
    says: /missing/,
  },
  {
    name: "an incident that is over at once",
    edits: { "watch.holdMinutes": 0 },
    path: "watch.holdMinutes",
    says: /0/,
  },
  {
    name: "a drill that is due before the next one",
    edits: { "watch.drillHours": 24 },
    path: "watch.drillHours",
    says: /24/,
  },
  {
    name: "another environment's file",
    edits: { environment: "staging" },
    path: "environment",
    says: /not the stack that is selected/,
  },
];
