import { z } from "zod";
import type { HealthCheck } from "../../config/health-check.ts";
import { type OldSoftware, oldSoftware } from "../../config/tables/old-software.ts";
import { authorityLine, type DatabaseAccess } from "../database/access.ts";
import { Failure } from "../failure.ts";
import { askServices } from "../health/ask.ts";
import type { HostSession } from "../hosts/session.ts";
import { type Downtime, whileAsking } from "./downtime.ts";
import { runProgram } from "./host.ts";
import type { MovedService } from "./movable.ts";

const program = "move-service.py";
const provenWithinMinutes = 2;

const sighting = z.object({
  step: z.string().nullable(),
  runs: z.boolean(),
  image: z.string(),
  databaseRuns: z.boolean(),
  databaseImage: z.string(),
  /** How many sealed values its own key opens. */
  sealed: z.number(),
  server: z.string(),
  tables: z.number(),
  databaseBytes: z.number(),
  folders: z.array(z.object({ from: z.string(), to: z.string(), files: z.number(), bytes: z.number() })),
  sites: z.array(z.string()),
  newTables: z.number(),
  newFiles: z.number(),
  newRuns: z.boolean(),
  freeBytes: z.number(),
  neededBytes: z.number(),
});

/** What there is of a service at both places, and how far a move is. */
export type Sighting = z.output<typeof sighting>;

const compared = z.object({
  tables: z.number(),
  rows: z.number(),
  files: z.number(),
  /** Sealed values that the key of the new place opens: all there are. */
  opened: z.number(),
});

/** How a move went. */
export interface Moved {
  readonly compared: z.output<typeof compared> | undefined;
  readonly downtime: Downtime;
  /** Seconds that each stage took, by its name. */
  readonly stages: Readonly<Record<string, number>>;
}

/** The stages of a move, in their order. */
const stages = ["copy", "stop", "load", "compare", "switch", "finish"] as const;
type Stage = (typeof stages)[number];

/** Where a move goes on that was broken off, by the last thing it has noted. */
const next: Readonly<Record<string, Stage>> = {
  copied: "stop",
  stopping: "stop",
  stopped: "load",
  loaded: "load",
  moved: "compare",
  compared: "switch",
  // Once more, since nobody has asked from outside yet.
  switched: "switch",
};

/** The move of one service into its managed place. */
export class ServiceMove {
  readonly #service: MovedService;
  readonly #old: OldSoftware;
  readonly #access: DatabaseAccess;
  readonly #session: HostSession;
  readonly #say: (text: string) => void;

  /** @throws Failure when nobody knows where the service's old data lie */
  constructor(
    service: MovedService,
    access: DatabaseAccess,
    session: HostSession,
    say: (text: string) => void,
  ) {
    const old = oldSoftware[service.name];
    if (old === undefined)
      throw new Failure(
        `nobody knows where the old data of ${service.name} lie: it is known of ${Object.keys(oldSoftware).join(", ")}`,
        "add it to config/tables/old-software.ts",
      );
    this.#service = service;
    this.#old = old;
    this.#access = access;
    this.#session = session;
    this.#say = say;
  }

  /**
   * Looks at both places; changes nothing.
   *
   * @throws Failure when the new one holds data that no move has brought, or something else stands in the way
   */
  async look(): Promise<Sighting> {
    const seen = sighting.parse(JSON.parse(await this.#run("look")));
    const { name } = this.#service;
    if (seen.step === "done")
      throw new Failure(`${name} is moved already`, `./scripts/ops move ${name} --undo`);
    if (!seen.databaseRuns)
      throw new Failure(
        `${this.#old.database?.container} does not run, so ${name}'s old data cannot be read`,
      );
    if (seen.step === null && seen.newTables + seen.newFiles > 0)
      throw new Failure(
        `the new place of ${name} holds ${seen.newTables} tables and ${seen.newFiles} files that no move has brought: ` +
          "nothing is overwritten",
        "look whose they are; what is not wanted is removed by hand",
      );
    if (seen.freeBytes < seen.neededBytes)
      throw new Failure(
        `the move needs ${inMegabytes(seen.neededBytes)} on ${this.#service.host}, and ${inMegabytes(seen.freeBytes)} are free`,
      );
    return seen;
  }

  /**
   * Moves it, or goes on with a move that was broken off. What fails puts the old one back.
   *
   * @throws Failure with the reason; the old one serves again then, or the reason says that it does not
   */
  async run({ step }: Pick<Sighting, "step">): Promise<Moved> {
    const { url, title } = this.#service;
    const first = stages.indexOf(next[step ?? ""] ?? "copy");
    const seconds: Record<string, number> = {};
    let told: Moved["compared"];
    const work = async () => {
      for (const stage of stages.slice(first)) {
        if (stage === "stop") this.#say(`pause: ${title} is stopped, and is back when its data are moved`);
        const began = performance.now();
        const answer = await this.#orBack(stage);
        if (stage === "compare") told = compared.parse(JSON.parse(answer));
        if (stage === "switch") await this.#prove();
        seconds[stage] = Math.round((performance.now() - began) / 100) / 10;
      }
    };
    const { downtime } = await whileAsking(url, this.#healths, work);
    return { compared: told, downtime, stages: seconds };
  }

  /** Puts the old one back, however far the move was. */
  async undo(): Promise<Downtime> {
    return (await whileAsking(this.#service.url, this.#healths, () => this.#run("undo"))).downtime;
  }

  /** How it answers when it is well, in its new place or in its old one. */
  get #healths(): readonly HealthCheck[] {
    const { health } = this.#service;
    return this.#old.health === undefined ? [health] : [health, this.#old.health];
  }

  async #orBack(stage: Stage): Promise<string> {
    try {
      return await this.#run(stage);
    } catch (error) {
      // Before the pause nothing has happened to it, and after the switch it has been proven well.
      if (stage === "copy" || stage === "finish") throw error;
      throw await this.#back(error as Error);
    }
  }

  /** As its users meet it, with a certificate that is verified. */
  async #prove(): Promise<void> {
    const [answer] = await askServices([this.#service], provenWithinMinutes);
    if (answer?.healthy) return;
    throw await this.#back(new Error(`from outside it ${answer?.reason ?? "does not answer"}`));
  }

  async #back(reason: Error): Promise<Failure> {
    this.#say(`${reason.message}; the old one is put back`);
    try {
      await this.#run("undo");
      return new Failure(
        `${this.#service.name} was not moved, and serves from its old place: ${reason.message}`,
      );
    } catch (error) {
      return new Failure(
        `${reason.message}; and the old one does not come back either: ${(error as Error).message}`,
        `./scripts/ops move ${this.#service.name} --undo`,
      );
    }
  }

  async #run(stage: Stage | "look" | "undo"): Promise<string> {
    const { name, hostName } = this.#service;
    const { health, ...old } = this.#old;
    const given = {
      ...{ stage, service: name, hostName, target: await this.#target() },
      old: { ...old, ...(health && { health: { ...health, body: health.body.source } }) },
    };
    return runProgram(this.#session, program, given, ["sealed"]);
  }

  /** Where its database goes; null for one that never had any. */
  async #target(): Promise<object | null> {
    const { databaseRole, name } = this.#service;
    if (this.#old.database === undefined) return null;
    if (databaseRole === undefined) throw new Error(`${name} has an old database, and no role for it`);
    const { config, owner } = this.#access;
    const role = await this.#access.login(databaseRole);
    return {
      ...{ host: role.poolerHost, port: role.port, authority: authorityLine(config) },
      ...{ schema: databaseRole, owns: databaseRole },
      role: { user: role.user, password: role.password },
      owner: { user: owner.user, password: owner.password },
    };
  }
}

/** A size for people. */
export const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
