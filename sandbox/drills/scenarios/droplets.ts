import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import { type Ground, waitFor } from "../ground.ts";

const dropletSchema = z.object({ id: z.number(), name: z.string(), region: z.object({ slug: z.string() }) });

/** A droplet as the account has it. */
export type KnownDroplet = z.output<typeof dropletSchema>;

const gone = 404;
const deleted = 204;
const goneWithinSeconds = 60;

/** The droplet of a host, by the host's short name in the settings. */
export async function dropletOf(ground: Ground, host: string): Promise<KnownDroplet> {
  return named(ground, await ground.dropletName(host));
}

/** The only droplet of this name. */
async function named(ground: Ground, name: string): Promise<KnownDroplet> {
  const { body } = await ground.askCloud("GET", "/droplets?per_page=200");
  const { droplets } = z.object({ droplets: z.array(dropletSchema) }).parse(body);
  const [found, ...others] = droplets.filter((droplet) => droplet.name === name);
  if (found === undefined || others.length > 0)
    throw new Failure(
      `the account has ${found === undefined ? "no droplet" : "several droplets"} called ${name}`,
    );
  return found;
}

/** Destroys the droplet of a host past the stack, as a wrong click in the control panel does, and waits until it is gone. */
export async function destroyDroplet(ground: Ground, host: string): Promise<void> {
  const name = await ground.dropletName(host);
  const path = `/droplets/${(await named(ground, name)).id}`;
  const { status } = await ground.askCloud("DELETE", path);
  if (status !== deleted)
    throw new Failure(`the droplet ${name} could not be destroyed: the cloud answers ${status}`);
  await waitFor(`${name} is gone`, goneWithinSeconds, async () =>
    (await ground.askCloud("GET", path)).status === gone ? true : undefined,
  );
}
