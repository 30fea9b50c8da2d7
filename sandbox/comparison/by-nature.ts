/**
 * What two runs of one program never agree on, whoever runs it. Each such value is replaced by a word that says where
 * it came from, so that what refers to it can still be compared: `<ipv4Address of host-erp-droplet>`.
 */
export interface Origin {
  /** Types of resource in whose state such values appear first. */
  readonly type: RegExp;
  readonly property: RegExp;
  readonly why: string;
}

/** Values of outputs that are made up anew in each run. */
export const origins: readonly Origin[] = [
  {
    type: /^random:/,
    property: /^(result|bcryptHash|hex|dec|b64Std|b64Url|base64)$/,
    why: "randomness is what the resource is for",
  },
  {
    type: /^tls:index\/privateKey:PrivateKey$/,
    property: /^(private|public)Key/,
    why: "a key pair is made from randomness, and its halves and fingerprints follow",
  },
  {
    type: /^digitalocean:index\/droplet:Droplet$/,
    property: /^(ipv4Address|ipv4AddressPrivate|ipv6Address)$/,
    why: "addresses are given out in the order of requests, and the engine works on several resources at once",
  },
  {
    type: /^digitalocean:index\/droplet:Droplet$/,
    property: /^userData$/,
    why: "the hash of a text that holds a generated key",
  },
  {
    type: /^digitalocean:index\/reservedIp:ReservedIp$/,
    property: /^ipAddress$/,
    why: "addresses are given out in the order of requests",
  },
  {
    type: /^digitalocean:index\/app:App$/,
    property: /^(defaultIngress|activeDeploymentId)$/,
    why: "the vendor adds random letters to an app's host name, and identifies deployments by random UUIDs",
  },
  {
    type: /^digitalocean:index\/spacesKey:SpacesKey$/,
    property: /^(accessKey|secretKey)$/,
    why: "keys are random",
  },
];

/** Identifiers that a service makes up; a name that serves as an identifier is compared as it is. */
export const madeUpId =
  /^(\d{5,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{40}|DO00[A-Z0-9]{16})$/;

/** What is left after that: forms of text that hold a time, a random identifier or a cipher text. */
export const forms: readonly { readonly pattern: RegExp; readonly word: string; readonly why: string }[] = [
  {
    pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g,
    word: "<time>",
    why: "the two runs happen at different times",
  },
  {
    pattern: /\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC/g,
    word: "<time in Go's spelling>",
    why: "the two runs happen at different times; the spelling is kept, since programs may read it",
  },
  {
    pattern: /\bEV\[1:[^\]]*\]/g,
    word: "<sealed>",
    why: "the same secret gets another cipher text each time",
  },
  {
    pattern: /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
    word: "<uuid>",
    why: "random identifiers of what is in no state: deployments, the account's own project",
  },
  {
    pattern: /(?<=\/actions\/)\d+/g,
    word: "<number>",
    why: "actions are numbered in the order of requests, and no state knows them",
  },
];

/**
 * Lists that mean sets. The official provider keeps them in the order of a hash, a project answers in the order of
 * arrival; what they hold is compared, its order is not.
 */
const sets =
  /^(tags|regions|envs|inbound_?rules|outbound_?rules|source_?addresses|destination_?addresses|addresses|resources)$/i;

/** Whether the list of this name has no order. */
export const isSet = (name: string): boolean => sets.test(name);
