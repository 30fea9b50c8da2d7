/**
 * Name of a resource that is made beside the one before it instead of in its place: everybody has taken the new one before
 * the old one goes. What never was rotated keeps the name it was born with.
 *
 * @param rotation how often it has been rotated
 */
export function rotatedName(name: string, rotation = 0): string {
  return rotation === 0 ? name : `${name}-${rotation}`;
}
