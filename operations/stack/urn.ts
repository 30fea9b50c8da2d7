/** What a URN says of its resource. */
export interface UrnParts {
  /** Type token of the vendor or of a component, without its parents' types. */
  readonly type: string;
  readonly name: string;
}

/** The parts of `urn:pulumi:<stack>::<project>::<parents' types$><type>::<name>`; a name may have colons of its own. */
export function partsOf(urn: string): UrnParts {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** Last part of a type token, such as `Droplet`. */
export function kindOf(type: string): string {
  return type.split(":").at(-1) ?? "";
}
