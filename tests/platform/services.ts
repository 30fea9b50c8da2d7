import { waitFor } from "../support/wait-for.ts";
import type { Platform } from "./support.ts";

/** Where the services that run on hosts say that they are well, by service. */
export const healthUrls = (domain: string) => ({
  odoo: `https://erp.${domain}/web/health`,
  mattermost: `https://chat.${domain}/api/v4/system/ping`,
  n8n: `https://n8n.${domain}/healthz`,
  ocr: `https://ocr.${domain}/health`,
});

/** Whether an address answers well, asked by name and with its certificate verified. */
export async function isWell(platform: Platform, url: string): Promise<boolean> {
  return (await platform.curl("--fail", "--output", "/dev/null", url)).exitCode === 0;
}

/** Waits until all of them answer well. */
export async function waitUntilWell(
  platform: Platform,
  urls: readonly string[],
  seconds = 180,
): Promise<void> {
  for (const url of urls) await waitFor(() => isWell(platform, url), `${url} to be well`, seconds);
}
