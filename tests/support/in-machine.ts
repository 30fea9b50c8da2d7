/**
 * The words that run a command in a machine, given its first process, as the machine's console would.
 *
 * A machine that goes down stops its processes before it kills them, and `nsenter` then stops itself for good: the machine
 * would wait for ever for somebody to take note of the dead one. `timeout` wakes what it ends.
 *
 * @param seconds after which a command is ended
 */
export function inMachine(firstProcess: number, command: readonly string[], seconds = 300): string[] {
  return [
    "timeout",
    "--kill-after=5",
    String(seconds),
    "nsenter",
    `--target=${firstProcess}`,
    "--all",
    "--",
    ...command,
  ];
}
