import { userInfo } from "node:os";

/** Who does this, and where it can be read about: a person at a terminal, or a run of GitHub Actions. */
export interface Doer {
  readonly by: string;
  /** Address of the run; null at a terminal. */
  readonly link: string | null;
}

/** Who does this, from the variables that GitHub sets in every run. */
export function doer(variables: NodeJS.ProcessEnv = process.env): Doer {
  const { GITHUB_ACTOR: actor, GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = variables;
  const { GITHUB_RUN_ID: run } = variables;
  const isRun = server !== undefined && repository !== undefined && run !== undefined;
  return {
    by: actor ?? userInfo().username,
    link: isRun ? `${server}/${repository}/actions/runs/${run}` : null,
  };
}
