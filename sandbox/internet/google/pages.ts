import { escapeHtml } from "./provider.ts";
import type { GoogleAccount } from "./settings.ts";

/** The page on which somebody chooses an account. */
export function accountPage(accounts: readonly GoogleAccount[]): string {
  const buttons = accounts.map(
    ({ email, name }) =>
      `<p><button name="account" value="${escapeHtml(email)}">${escapeHtml(name)}<br>${escapeHtml(email)}</button>`,
  );
  return page("Choose an account", `<form method="post">${buttons.join("\n")}</form>`);
}

/** The page on which somebody lets a client know who he is. */
export function consentPage(redirectUri: string): string {
  const { host } = new URL(redirectUri);
  return page(
    `Sign in to ${escapeHtml(host)}`,
    `<p>${escapeHtml(host)} will learn your name and your e-mail address.
<form method="post">
<p><button name="consent" value="allow">Continue</button> <button name="consent" value="deny">Cancel</button>
</form>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title} - the sandbox's Google</title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 26rem; margin: 12vh auto; }
button { font: inherit; padding: 0.5rem 1rem; }
</style>
<h1>${title}</h1>
${content}
<p><small>A stand-in for Google, and not Google: accounts here have no passwords.</small>
</html>
`;
}
