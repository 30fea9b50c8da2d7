import { readFileSync } from "node:fs";
import type { Configuration } from "../../config/configuration.ts";
import { planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { sqlIdentifier as identifier, shellWord } from "../../config/quote.ts";
import { askAs, authorityLine, type DatabaseAccess, databaseFailure } from "../database/access.ts";
import { Failure } from "../failure.ts";
import {
  type Difference,
  differences,
  manifestQuery,
  rowsIn,
  type ScoutTable,
  type SourceSurvey,
  surveySource,
  tablesInTarget,
  targetSchema,
} from "./tables.ts";

const script = new URL("../../host/over-ssh/move-tables.sh", import.meta.url);

/** What is there before anything is moved. */
export interface MovePlan {
  readonly source: SourceSurvey;
  /** `move`: nothing is there yet. `compare`: everything is, and is only compared. */
  readonly action: "move" | "compare";
  /** Role that owns the tables afterwards. */
  readonly owner: string;
}

/** How a move went. */
export interface Moved {
  readonly action: MovePlan["action"];
  /** Rows of each table, in the primary project. */
  readonly rows: ReadonlyMap<string, number>;
  /** Between the dump and the primary project: none, or it would have failed. */
  readonly verified: number;
  /** What the deprecated project holds now that the primary does not: somebody still writes there. */
  readonly since: readonly Difference[];
}

/** The move of Scout's tables into the primary project. */
export class ScoutMove {
  readonly #access: DatabaseAccess;
  readonly #report: (text: string) => void;

  constructor(access: DatabaseAccess, report: (text: string) => void) {
    this.#access = access;
    this.#report = report;
  }

  /**
   * Looks at both sides; changes nothing.
   *
   * @throws Failure when something stands in the way, as tables that are only partly there
   */
  async plan(): Promise<MovePlan> {
    const source = await surveySource(this.#askSource);
    const { tables } = source;
    const there = await tablesInTarget(this.#askTarget, tables);
    const owner = ownerOf(this.#access.config);
    if (there.length === 0) return { source, owner, action: "move" };
    const missing = tables.filter(({ name }) => !there.includes(name)).map(({ name }) => name);
    if (missing.length === 0) return { source, owner, action: "compare" };
    throw new Failure(
      `schema ${targetSchema} of the primary project already has ${there.join(", ")}, and not ${missing.join(", ")}: ` +
        "nothing is overwritten",
      "look whose tables those are; what is not wanted is dropped by hand",
    );
  }

  /**
   * Moves what the plan says, or takes up a move that was broken off; then compares.
   *
   * @throws Failure when the primary project does not hold what the dump holds
   */
  async run({ source, owner, action }: MovePlan): Promise<Moved> {
    const { tables } = source;
    const expected = action === "move" ? await this.#move(tables, owner) : undefined;
    const found = await this.#askTarget(manifestQuery(tables, () => targetSchema));
    const here = await this.#askSource(manifestQuery(tables, ({ schema }) => schema));
    const wrong = differences(expected ?? found, found);
    if (wrong.length > 0) {
      const what = wrong.map(({ name, expected: one, found: other }) => `${name}: ${one}, found ${other}`);
      throw new Failure(
        `the primary project does not hold what was dumped:\n  ${what.join("\n  ")}`,
        `DROP SCHEMA ${targetSchema} CASCADE by hand, and run it again`,
      );
    }
    await this.#stage("forget", "", []);
    const rows = rowsIn(found);
    return { action, rows, verified: rows.size, since: differences(here, found) };
  }

  /** Loads the dump that is there, or else takes one; what it holds by its manifest. */
  async #move(tables: readonly ScoutTable[], owner: string): Promise<string> {
    const manifest = manifestQuery(tables, ({ schema }) => schema);
    let kept = await this.#kept();
    if (kept !== undefined && !isOf(kept.manifest, tables)) kept = undefined;
    if (kept !== undefined) this.#report(`goes on with the dump of ${kept.takenAt}`);
    else {
      this.#report(`dumps ${tables.length} tables`);
      const options = tables.map(({ schema, name }) => `--table=${identifier(schema)}.${identifier(name)}`);
      const bytes = await this.#stage("dump", manifest, options);
      this.#report(`dumped, ${bytes.trim()} bytes`);
      kept = await this.#kept();
    }
    if (kept === undefined) throw new Failure("the dump has gone from the host while it was needed");
    this.#report(`loads them into schema ${targetSchema}, in one transaction`);
    await this.#stage("load", [before(owner), "----", after(tables, owner)].join("\n"), []);
    return kept.manifest;
  }

  async #kept(): Promise<{ takenAt: string; manifest: string } | undefined> {
    const text = await this.#stage("kept", "", [], 4);
    const [takenAt = "", ...lines] = text.split("\n");
    return takenAt === "" ? undefined : { takenAt, manifest: lines.join("\n") };
  }

  /** Runs a stage on the host; an exit code that stands for "nothing there" gives an empty text. */
  async #stage(
    stage: string,
    own: string,
    options: readonly string[],
    nothingThere?: number,
  ): Promise<string> {
    const { config, session, owner, secondaryOwner } = this.#access;
    const from = secondaryOwner();
    const ends = [from, owner].flatMap(({ poolerHost, port, user }) => [poolerHost, port, user]);
    const command = ["bash", "-s", "--", stage, ...ends, ...options.map(shellWord)].join(" ");
    const input = [
      `${readFileSync(script, "utf8")}${from.password}`,
      owner.password,
      authorityLine(config),
      own,
      "",
    ].join("\n");
    const said = await session.run(command, input);
    if (said.exitCode === 0) return said.stdout;
    if (said.exitCode === nothingThere) return "";
    throw databaseFailure(session, `${from.user} and ${owner.user}`, said.stderr, said.exitCode);
  }

  #askSource = (sql: string) => askAs(this.#access, this.#access.secondaryOwner())(sql);
  #askTarget = (sql: string) => askAs(this.#access, this.#access.owner)(sql);
}

/** The role whose schema it is, where one is configured; the migrations' otherwise. */
function ownerOf(config: Configuration): string {
  const roles = planDatabaseRoles(config.resolvedServices, config);
  return roles.find(({ schema }) => schema === targetSchema)?.name ?? "migration";
}

function isOf(manifest: string, tables: readonly ScoutTable[]): boolean {
  const names = [...rowsIn(manifest).keys()].sort().join();
  return (
    names ===
    tables
      .map(({ name }) => name)
      .sort()
      .join()
  );
}

function before(owner: string): string {
  return `CREATE SCHEMA IF NOT EXISTS ${identifier(targetSchema)} AUTHORIZATION ${identifier(owner)};`;
}

/** Tables of the public schema land there, and go where they belong in the same transaction: nobody sees them there. */
function after(tables: readonly ScoutTable[], owner: string): string {
  const schema = identifier(targetSchema);
  return tables
    .flatMap((table) => [
      ...(table.schema === targetSchema
        ? []
        : [`ALTER TABLE ${identifier(table.schema)}.${identifier(table.name)} SET SCHEMA ${schema};`]),
      `ALTER TABLE ${schema}.${identifier(table.name)} OWNER TO ${identifier(owner)};`,
    ])
    .concat(`ANALYZE ${tables.map(({ name }) => `${schema}.${identifier(name)}`).join(", ")};`)
    .join("\n");
}
