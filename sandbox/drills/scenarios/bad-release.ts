import { Failure } from "../../engine/failure.ts";
import type { Drill } from "../drill.ts";
import type { Ground } from "../ground.ts";

/** Behind an image's tag: another release of it, which comes up well. */
const next = "-next";

/** A release that came up, and that people cannot work with. */
export const badRelease: Drill = {
  name: "bad-release",
  title: "A release of Odoo is bad",
  limitMinutes: 5,
  allowance: { minutes: 1, for: "a real Odoo, which takes half a minute to come up, twice" },
  pages: ["deploy-a-release.md"],
  does: "another release deployed by the stack, healthy, and not the one that people can work with",
  endsWhen: "the release before serves everybody again, and all services are well",
  begin: async (ground) => {
    const { operator } = ground;
    const before = await servedBy(ground);
    const image = { registryType: "DOCKER_HUB", repository: "odoo", tag: `${before}${next}` };
    const place = "services.odoo.image";
    return {
      inject: async () => {
        for (const [key, value] of Object.entries(image))
          await operator.told("pulumi", "config", "set", "--path", `${place}.${key}`, value);
        await up(ground);
        const now = await servedBy(ground);
        if (now !== image.tag) throw new Failure(`the release ${image.tag} was deployed, and ${now} serves`);
      },
      broken: async () => {
        const now = await servedBy(ground);
        return now === before ? ground.unwell() : `people are served by the release ${now}, not ${before}`;
      },
      verify: async () => ({ found: [`people are served by the release ${before}`], lostSeconds: null }),
      // As `git revert` does, and the delivery that follows it: else the next up would bring it again.
      afterwards: async () => {
        await operator.told("pulumi", "config", "rm", "--path", place);
        await up(ground);
        const now = await servedBy(ground);
        if (now !== before) throw new Failure(`the edit is taken back, and ${now} serves, not ${before}`);
      },
    };
  },
};

async function up({ operator }: Ground): Promise<void> {
  await operator.told("pulumi", "--non-interactive", "up", "--yes", "--skip-preview", "--suppress-outputs");
}

/** The release that answers people, as the images that play Odoo say in every answer. */
async function servedBy(ground: Ground): Promise<string> {
  const url = `${ground.addressOf("odoo")}/web/login`;
  const headers = await ground.operator.told(
    "curl",
    "--silent",
    "--show-error",
    "--head",
    "--max-time",
    "20",
    url,
  );
  const release = /^x-stand-in-release: (?<release>\S+)/im.exec(headers)?.groups?.release;
  if (release === undefined)
    throw new Failure(
      "Odoo does not say which release it is: only the images that play it do",
      "./scripts/sandbox up prod --images stand-in",
    );
  return release;
}
