/** Whether an address range means everyone. */
export function isWorld(range: string): boolean {
  return range.endsWith("/0");
}
