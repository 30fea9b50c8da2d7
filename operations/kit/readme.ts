import type { Inventory } from "./inventory.ts";

/** What stands first in a kit: what it is, and what to do with it. */
export function kitReadme({
  environment,
  takenAt,
  commit,
  images,
  repositories,
  missing,
}: Omit<Inventory, "files">): string {
  const mirrored = images.filter(({ file }) => file !== null);
  return [
    `# Disaster kit of ${environment}, ${takenAt}`,
    "",
    "Everything that is needed to make the platform anew when its state, its hosts and its operators' computers are lost. It is as",
    "secret as all of that together: keep it on one computer, and remove the folder when everything is well again.",
    "",
    "## What to do",
    "",
    `Follow docs/runbooks/total-loss.md of the repository (this kit was made at commit ${commit}); it begins with a clone, this`,
    "folder, a token of the account, and a key of Spaces. Both are made in the control panel by whoever owns the account.",
    "",
    "## What is in it",
    "",
    "| file | what it is |",
    "| --- | --- |",
    "| `inventory.json` | every file with its size and SHA-256, where each secret is, what is missing |",
    "| `state.json` | a copy of the stack's state as `./scripts/ops state backup` makes it; its secrets are encrypted once more, by the passphrase in `secrets/state-passphrase` |",
    `| \`settings/Pulumi.${environment}.yaml\` | the settings of that moment |`,
    "| `secrets/` | each secret in a file of its own: passphrases, passwords and keys, as `./scripts/ops secrets` names them |",
    "| `certificates/HOST.tar.gz` | /etc/letsencrypt of a host: certificates, their keys, the account: `sudo tar -xz -C /etc` |",
    ...(mirrored.length === 0
      ? []
      : ["| `images/` | images as OCI layouts: `sudo podman load` takes one as it is |"]),
    ...(repositories.length === 0
      ? []
      : ["| `repositories/` | repositories that hosts check out: `git clone FILE` takes one |"]),
    "",
    "Without any program of the repository: `age --decrypt KIT.tar.age | tar -x` asks for the passphrase, and",
    "`pulumi stack import` takes `jq .state state.json`.",
    ...(missing.length === 0 ? [] : ["", "## What is missing", "", ...missing.map((one) => `- ${one}`)]),
    "",
  ].join("\n");
}
