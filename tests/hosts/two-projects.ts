import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { retirementStatements, roleStatements } from "../../components/database-roles/statements.ts";
import type { Configuration } from "../../config/configuration.ts";
import { planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { lookup } from "../../config/records.ts";
import type { DatabaseAccess, Login } from "../../operations/database/access.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { type Pooler, startPooler } from "../../sandbox/internet/supabase/pooler.ts";
import { type RunningProject, startProject } from "../../sandbox/internet/supabase/project.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { configuration, secretValues } from "../host/support/render.ts";
import { psqlOf } from "../internet/support/psql.ts";

const ownerPassword = "the owner's password";
const programs = ["psql", "pg_dump", "pg_restore"] as const;

/**
 * The two Supabase projects of production on loopback, and this computer in the place of the host that asks them: with the
 * clients a host has, and a home of its own.
 */
export class TwoProjects {
  readonly folder = mkdtempSync(join(tmpdir(), "two-projects-"));
  config!: Configuration;
  access!: DatabaseAccess;
  #projects: RunningProject[] = [];
  #poolers: Pooler[] = [];

  async start(): Promise<void> {
    const root = await obtainDatabaseRoot(cacheFolder(), () => {});
    const authority = await Authority.open(this.folder);
    this.config = configuration({ edits: { "database.certificateAuthority": authority.certificate } });
    const { projectRef, secondary } = this.config.database;
    const logins: Login[] = [];
    for (const ref of [projectRef, secondary?.projectRef ?? ""]) {
      const settings = { projectRef: ref, ownerPassword, address: "127.0.0.1", port: await freePort() };
      const project = await startProject(settings, { root, folder: join(this.folder, ref), authority });
      const projects = new Map([[ref, project.poolers.session]]);
      const pair = await authority.issue(["localhost"]);
      const pooler = await startPooler({ address: "127.0.0.1", port: 0, ...pair, projects });
      this.#projects.push(project);
      this.#poolers.push(pooler);
      logins.push({
        poolerHost: "localhost",
        port: pooler.port,
        user: `postgres.${ref}`,
        password: ownerPassword,
      });
    }
    this.#installClients(root);
    const [owner, secondaryOwner] = logins as [Login, Login];
    const passwords = secretValues(this.config).rolePasswords;
    const roles = planDatabaseRoles(this.config.resolvedServices, this.config);
    this.access = {
      config: this.config,
      session: { host: { key: "erp", address: "127.0.0.1", user: "deploy", privateKey: "" }, run: this.run },
      ...{ owner, secondaryOwner: () => secondaryOwner },
      login: async (role) => {
        const login = roles.find(({ name }) => name === role)?.login;
        return { ...owner, user: `${login}.${projectRef}`, password: lookup(passwords, role, "password") };
      },
    };
    await this.sql(owner, roleStatements(roles, passwords) + retirementStatements(roles));
  }

  async stop(): Promise<void> {
    for (const one of [...this.#poolers, ...this.#projects]) await one.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Runs what would be run on the host. */
  run = async (command: string, input: string) => {
    const env = { PATH: `${join(this.folder, "bin")}:${process.env.PATH}`, HOME: join(this.folder, "home") };
    const { exitCode, stdout, stderr } = await execa("bash", ["-c", command], { input, env, reject: false });
    return { exitCode, stdout, stderr };
  };

  /** Statements, as somebody; fails with the server's reason. */
  async sql({ poolerHost, port, user, password }: Login, statements: string): Promise<string> {
    const words = [
      "--no-psqlrc",
      "--quiet",
      "--tuples-only",
      "--no-align",
      "--set=ON_ERROR_STOP=1",
      "--file=-",
    ];
    const where = `host=${poolerHost} port=${port} user=${user} dbname=postgres sslmode=require`;
    const env = { PGPASSWORD: password };
    const psql = join(this.folder, "bin/psql");
    const { stdout } = await execa(psql, [...words, where], { input: statements, env });
    return stdout.trim();
  }

  /** The clients a host has from its distribution, out of the root of the databases. */
  #installClients(root: string): void {
    for (const folder of ["bin", "home"]) mkdirSync(join(this.folder, folder));
    for (const program of programs) {
      const words = psqlOf(root).map((word) => `'${word.replace(/\/psql$/, `/${program}`)}'`);
      const file = join(this.folder, "bin", program);
      writeFileSync(file, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
    }
  }
}
