import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import * as runtime from "@pulumi/pulumi/runtime/index.js";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";

/** One resource as the program registered it. */
export interface Registration extends MockResourceArgs {
  /** What comes after the project in a URN: type chain and name. */
  readonly inputs: Record<string, unknown>;
  /** Names of the resources it waits for: those it was told to, and those its inputs come from. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
}

/** Something is signed with it, so it is a real one. */
const privateKeyPem = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** What the stand-in for the engine gives back beside the inputs, by resource type. */
const computed: Readonly<
  Record<string, (inputs: Record<string, unknown>, name: string) => Record<string, unknown>>
> = {
  "digitalocean:index/droplet:Droplet": (inputs, name) => ({
    ipv4Address: "203.0.113.10",
    ipv4AddressPrivate: "10.0.0.2",
    dropletUrn: `do:droplet:${name}`,
    status: "active",
    ...inputs,
  }),
  "digitalocean:index/reservedIp:ReservedIp": () => ({ ipAddress: "203.0.113.99" }),
  "digitalocean:index/app:App": (_inputs, name) => ({
    defaultIngress: `https://${name}.ondigitalocean.app`,
    appUrn: `do:app:${name}`,
  }),
  "digitalocean:index/spacesBucket:SpacesBucket": (inputs) => ({ bucketUrn: `do:space:${inputs.name}` }),
  "digitalocean:index/spacesKey:SpacesKey": (_inputs, name) => ({
    accessKey: `sample-access-${name}`,
    secretKey: `sample-secret-${name}`,
  }),
  "digitalocean:index/domain:Domain": (inputs) => ({ domainUrn: `do:domain:${inputs.name}` }),
  "digitalocean:index/volume:Volume": (_inputs, name) => ({ volumeUrn: `do:volume:${name}` }),
  "random:index/randomPassword:RandomPassword": (_inputs, name) => ({ result: `sample-password-${name}` }),
  "tls:index/privateKey:PrivateKey": (_inputs, name) => ({
    publicKeyOpenssh: `ssh-ed25519 AAAASAMPLE-${name}\n`,
    privateKeyOpenssh: `sample-private-key-${name}`,
    privateKeyPem: privateKeyPem(),
  }),
  "cloudflare:index/zone:Zone": () => ({ nameServers: ["a.ns.cloudflare.com", "b.ns.cloudflare.com"] }),
};

/**
 * Puts a recorder in the engine's place. Call it before the component under test is imported.
 *
 * @returns every registration so far, in order
 */
export function recordRegistrations(project = "insightpulse", stack = "prod"): Registration[] {
  const registrations: Registration[] = [];
  const asked = new Map<string, RegisterResourceRequest>();
  pulumi.runtime.setMocks(
    {
      newResource: (args: MockResourceArgs) => {
        registrations.push({ ...args, ...options(asked.get(`${args.type} ${args.name}`)) });
        const more = computed[args.type]?.(args.inputs, args.name) ?? {};
        return { id: args.id || `${args.name}-id`, state: { ...args.inputs, ...more } };
      },
      call: (args: MockCallArgs) => args.inputs,
    },
    project,
    stack,
    false,
  );
  hearRequests((request) => asked.set(`${request.getType()} ${request.getName()}`, request));
  return registrations;
}

/** The SDK's recorder passes on what a resource is made of, and not its options. */
function hearRequests(hear: (request: RegisterResourceRequest) => void): void {
  const monitor = runtime.getMonitor() as unknown as {
    registerResource(request: RegisterResourceRequest, ...rest: unknown[]): unknown;
  };
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    hear(request);
    return registerResource(request, ...rest);
  };
}

function options(request: RegisterResourceRequest | undefined) {
  return {
    dependencies: (request?.getDependenciesList() ?? []).map((urn) => urn.split("::").at(-1) ?? "").sort(),
    protect: request?.getProtect() ?? false,
    ignoreChanges: request?.getIgnorechangesList() ?? [],
  };
}

/** Waits until everything that was declared has been registered; late children are silently missing otherwise. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** The value inside an output. */
export function unwrap<Value>(output: pulumi.Input<Value>): Promise<pulumi.Unwrap<Value>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((value) => {
      resolve(value as pulumi.Unwrap<Value>);
      return value;
    });
  });
}

/** Registrations of one type, by name. */
export function ofType(registrations: readonly Registration[], type: string): Record<string, Registration> {
  return Object.fromEntries(
    registrations.filter((registration) => registration.type === type).map((entry) => [entry.name, entry]),
  );
}

/**
 * Inputs of the resource with this name.
 *
 * @throws Error when nothing of that name was declared
 */
export function inputsOf(registrations: readonly Registration[], name: string): Record<string, unknown> {
  const found = registrations.find((registration) => registration.name === name);
  if (found === undefined) {
    throw new Error(`no resource ${name}; there are: ${registrations.map((entry) => entry.name).join(", ")}`);
  }
  return found.inputs;
}

/** Key and value by which the engine's protocol marks a secret. */
const [signatureKey, secretSignature] = [
  "4dabf18193072939515e22adb298388d",
  "1b47061264138c4ac30d75fd1eb44270",
];

/**
 * The value inside a secret input.
 *
 * @throws Error when the input is not secret
 */
export function secretValue(input: unknown): unknown {
  const wrapped = input as Record<string, unknown>;
  if (wrapped[signatureKey] !== secretSignature) throw new Error("the input is not secret");
  return wrapped.value;
}
