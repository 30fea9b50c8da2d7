import type { Explanation } from "./explain.ts";

const both = ["prod", "staging"];
/** What says no more than that nothing was said. */
const unset = /^(absent|null|""|0|false|\[\]|\{\})$/;

/**
 * Where the stand-ins are not like the official providers, and have to be or may be. sandbox/providers/README.md lists
 * these reasons: `./scripts/write-references` writes them there.
 */
export const explanations: readonly Explanation[] = [
  {
    kinds: ["output"],
    where: /: (__meta|__pulumi_raw_state_delta)\b/,
    standIn: /^absent$/,
    why: "The official providers keep notes for their own translation among the outputs in state (`__meta`, `__pulumi_raw_state_delta`); no program can read them.",
    seenIn: both,
  },
  {
    kinds: ["output"],
    where: /\): id$/,
    standIn: /^absent$/,
    why: "The official providers repeat a resource's id among its outputs in state; programs get it from the engine either way.",
    seenIn: both,
  },
  {
    kinds: ["output", "input"],
    where: /^state after/,
    standIn: unset,
    official: unset,
    why: "For what is not declared the official providers store zeros, empty texts, empty lists and nulls; the stand-ins leave it out, and neither calls it a change.",
    seenIn: both,
  },
  {
    kinds: ["body"],
    where: /^/,
    standIn: unset,
    official: unset,
    why: "In bodies one sends zeros, empty texts or nulls for what is not declared where the other leaves them out; the API takes both as not set.",
    seenIn: both,
  },
  {
    kinds: ["reads"],
    where: /^up: (GET|HEAD) /,
    standIn: /^[01]$/,
    official: /^[12]$/,
    why: "After a creation or a change the official provider reads the object back, the stand-in takes the answer to its request; the API answers the same object.",
    seenIn: both,
  },
  {
    kinds: ["input", "output", "diff"],
    where:
      /\brefresh: [\w-]+ \(digitalocean:index\/app:App\): spec\.(services\[\d+\]\.)?alerts\[\d+\]\.destinations\b/,
    why: "Whom an app's alerts reach is told to the platform by calls of their own, which the official provider never reads back: after a refresh it knows nobody, where the stand-in keeps what was declared. `ops drift` tells neither.",
    seenIn: ["staging"],
  },
  {
    kinds: ["diff"],
    where: /\(digitalocean:index\/droplet:Droplet\): gracefulShutdown$/,
    standIn: /^absent$/,
    official: /^"add"$/,
    why: "An imported droplet lacks `gracefulShutdown`: the official provider shows its default as an addition in the first update, the stand-in takes lacking and false as the same.",
    seenIn: ["prod"],
  },
  {
    kinds: ["diff"],
    where: /\(digitalocean:index\/firewall:Firewall\): (in|out)boundRules\[\*\]/,
    why: "A changed rule of a firewall is shown by its position in a set: the official provider compares the rules in the order of a hash, the stand-in those that have no equal; what is sent is the same.",
    seenIn: ["prod"],
  },
  {
    kinds: ["output"],
    where: /\(digitalocean:index\/app:App\): spec\.(services|staticSites)\[\d+\]\.envs\[\d+\]\.type$/,
    standIn: /^""$/,
    official: /^"\[another secret\]"$/,
    why: "The type `GENERAL` of an imported app's variable stays in the official provider's state after an update; the stand-in stores it as empty, and both take the two as the same.",
    seenIn: ["prod"],
  },
  {
    kinds: ["input"],
    where: /^state after refresh: .*\(digitalocean:index\/project:Project\): resources\[\d+\]$/,
    why: "When an imported project has gained things, a refresh keeps as many of them as inputs as there were before: the official provider the first ones in the order of a hash, the stand-in the same ones as before.",
    seenIn: ["prod"],
  },
];
