import type { Finding } from "./finding.ts";

/** Findings as text for people: what, where, why, and the commands that mend it. */
export function formatFindings(environment: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${environment} is healthy: nothing was found`;
  const urgent = findings.filter(({ severity }) => severity === "urgent").length;
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return [`${environment}: ${count}, ${urgent} urgent`, ...findings.map(formatted)].join("\n\n");
}

function formatted({ severity, kind, what, where, cause, fix, byHand }: Finding): string {
  return [
    `${severity.toUpperCase()} ${kind}: ${what}`,
    `  where  ${where}`,
    `  why    ${cause}`,
    ...fix.map((command) => `  fix    ${command}`),
    ...(byHand === undefined ? [] : [`  else   ${byHand}`]),
  ].join("\n");
}
