import { z } from "zod";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";
import { opened } from "../stack/opened.ts";

/** A host as the stack has converged it. */
export interface ConvergedHost {
  /** Short name in the settings. */
  readonly key: string;
  readonly address: string;
  readonly user: string;
  /** OpenSSH form. */
  readonly privateKey: string;
  /** The document that says what the host is to be; it holds secrets. */
  readonly bundle: unknown;
  /** The same with the host's program, behind the stack's signature: what the host takes. */
  readonly signed: string;
  /** Resource whose replacement converges the host once more. */
  readonly urn: string;
}

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          delete: z.boolean().optional(),
          inputs: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .optional(),
  }),
});

const convergence = z.object({
  connection: z.object({ host: z.string(), user: z.string(), privateKey: z.string() }),
  stdin: z.string(),
});

const endOfSignature = "-----END SSH SIGNATURE-----\n";
const document = z.object({ bundle: z.unknown() });

/**
 * The hosts of an environment with what its state says of them. The state is read by the engine, from wherever the
 * operator is logged in to.
 *
 * @throws Failure in the engine's words when it cannot be read, and when no host has been converged yet
 */
export async function convergedHosts(environment: string): Promise<ConvergedHost[]> {
  const words = ["stack", "export", "--stack", environment, "--show-secrets"];
  const state = await engineSays(words, `the state of ${environment} cannot be read`);
  const hosts = hostsIn(JSON.parse(state));
  if (hosts.length > 0) return hosts;
  throw new Failure(
    `no host of ${environment} has been converged yet`,
    `pulumi up --stack ${environment}, with convergeHosts: true in its settings`,
  );
}

/** The hosts in an export with `--show-secrets`. */
export function hostsIn(state: unknown): ConvergedHost[] {
  const { resources = [] } = exported.parse(state).deployment;
  return resources.flatMap(({ urn, inputs, delete: isReplaced }) => {
    const key = /::host-(?<key>[^:]+)-convergence-apply$/.exec(urn)?.groups?.key;
    if (key === undefined || isReplaced) return [];
    const { connection, stdin: signed } = convergence.parse(opened(inputs));
    const { host: address, user, privateKey } = connection;
    return [{ key, address, user, privateKey, bundle: bundleIn(signed), signed, urn }];
  });
}

const withUnits = z.object({ units: z.array(z.object({ name: z.string() })) });

/** Whether a host has a systemd unit whose name is like this. */
export function hasUnit({ bundle }: Pick<ConvergedHost, "bundle">, like: RegExp): boolean {
  return withUnits.parse(bundle).units.some(({ name }) => like.test(name));
}

/** The bundle in what a host is sent. */
export function bundleIn(signed: string): unknown {
  const text = signed.slice(signed.indexOf(endOfSignature) + endOfSignature.length);
  return document.parse(JSON.parse(text)).bundle;
}
