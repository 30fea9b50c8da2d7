/** One fault, as the report tells it. Which run of its test file shows it is counted from 0. */
export interface Fault {
  readonly fault: string;
  /** Test file in tests/engine/, and the title in it (or part of it) that proves what the row says. */
  readonly file: string;
  readonly test: string;
  readonly done: string;
  /** The run that met it. @default 0 */
  readonly run?: number;
  /** How many runs in a row met it. @default 1 */
  readonly times?: number;
  /** The line of that run's answer that is about it, or words where no line is. @default its last error line */
  readonly line?: RegExp | string;
  /** The run that mended it, or words where no run did. @default the last run */
  readonly next?: number | string;
}

const passing = { file: "faults-passing", next: "the same run went on by itself" } as const;
const refused = { file: "faults-stopping", run: 1, next: 3, test: "const faults: Readonly" } as const;
const damaged = { file: "faults-state", test: "plain pulumi stops and changes nothing" } as const;
const lost = { file: "faults-lost-answer" } as const;

/** Every fault that is tried on the whole program, in the order of the report. */
export const faultList: readonly Fault[] = [
  {
    ...passing,
    fault: "too many requests (429)",
    test: "too many requests:",
    done: "two answers of 429 with retry-after 1 to the making of the zone",
  },
  {
    ...passing,
    fault: "a server error (500) that passes",
    test: "a server error:",
    done: "one 500 to the making of an app",
  },
  {
    ...passing,
    fault: "a connection that breaks once",
    test: "a connection that breaks:",
    done: "the connection reset once, before the project was made",
  },
  {
    ...passing,
    fault: "a slow answer",
    test: "an answer that is slow:",
    done: "3 s before the SSH key was made and answered",
  },
  {
    file: "faults-stopping",
    fault: "an expired token",
    test: "stops up in the vendor's words, and nothing is made with it",
    done: "a token the vendor does not know",
    line: /401/,
    next: 3,
  },
  {
    ...refused,
    fault: "a server error that stays",
    done: "500 to every making of the zone",
    line: /error: .*500/,
  },
  {
    ...refused,
    fault: "a connection that always breaks",
    done: "every making of the project reset",
    line: /error: .*\/v2\/projects/,
  },
  { ...refused, fault: "a token without the scope", done: "403 to every uptime check", line: /error: .*403/ },
  {
    ...refused,
    fault: "the account's quota of droplets",
    done: "the account filled up with other droplets",
    line: /error: .*droplet limit/,
  },
  {
    ...refused,
    fault: "an app's name that is taken",
    done: "another app of that name made before",
    line: /error: .*app with this name/,
  },
  {
    ...refused,
    fault: "a bucket's name that is taken",
    done: "another bucket of that name made before",
    line: /error: .*BucketAlready/,
  },
  {
    ...refused,
    fault: "an app whose deployment fails",
    test: "an app whose deployment fails:",
    done: "the deploy step of an app fails",
    line: /ERROR: /,
  },
  {
    file: "faults-droplet",
    fault: "a droplet that never becomes active",
    test: "stops up when its time is over, and is named",
    done: "one of two new droplets stays new; createTimeout is 3s",
    line: /become (active|ready)/,
    next: 2,
  },
  {
    file: "faults-late-answer",
    fault: "a slow answer past the time limit",
    test: "stops up, which names the droplet",
    done: "a droplet made at once and answered after 4 s; createTimeout is 3s",
    line: /become (active|ready)/,
  },
  {
    ...lost,
    fault: "an answer lost: what has one name",
    test: "is asked for again,",
    done: "zone and app made, the connection closed before the answer",
    line: /error: .*422/,
  },
  {
    ...lost,
    fault: "an answer lost: a droplet",
    test: "of a droplet makes a second one",
    done: "a droplet made, the connection closed before the answer",
    line: "nothing of it: the second attempt succeeded; status names the first droplet",
  },
  {
    file: "faults-killed",
    fault: "the engine killed in the middle of up, ten times",
    test: ": nothing generated is lost",
    done: "SIGKILL while the cloud holds a creation back, at ten moments; half of them done already",
    times: 10,
    line: "nothing more",
  },
  {
    file: "faults-killed",
    fault: "the lock left behind",
    test: "the lock of the last kill keeps plain pulumi out",
    done: "plain pulumi up after the last kill",
    run: 10,
    line: /currently locked|created by/,
  },
  {
    ...damaged,
    fault: "the state file cut off",
    done: "the second half of the state file removed",
    run: 1,
    next: 2,
  },
  { ...damaged, fault: "the state file overwritten", done: "garbage in the state file", run: 3, next: 4 },
  { ...damaged, fault: "the state file emptied", done: "nothing in the state file", run: 5, next: 6 },
  {
    ...damaged,
    fault: "the state file damaged, its copies older",
    test: "whose last good copy is older",
    done: "the only good copy knows none of the vendor's resources after the first network",
    run: 7,
    line: /note: the state/,
    next: "the same run took in what the copy did not know",
  },
  {
    ...damaged,
    fault: "the state file damaged, no copy good",
    test: "of which there is no good copy",
    done: "every copy removed",
    run: 8,
    next: "a copy put back by hand: nothing to do",
  },
  {
    file: "faults-disk-full",
    fault: "the disk full",
    test: "stops up, which says so",
    done: "the state on a disk with 256 KiB left",
    line: /no space left/,
  },
];
