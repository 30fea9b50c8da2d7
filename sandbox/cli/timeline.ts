import type { StageRunner } from "../engine/prepare.ts";
import type { Stage } from "../engine/sandbox.ts";

/** When a stage ran. Its field names are an interface: `up --json` prints it. */
export interface StageTime {
  readonly title: string;
  /** Seconds since the command was started. */
  readonly startedAt: number;
  readonly seconds: number;
}

/** Notes when stages begin and end, whoever shows them. */
export class Timeline {
  readonly stages: StageTime[] = [];
  readonly #show: StageRunner;

  constructor(show: StageRunner) {
    this.#show = show;
  }

  /** Runs stages side by side and shows them. */
  readonly run: StageRunner = (stages) => this.#show(stages.map((stage) => this.#timed(stage)));

  #timed({ title, run }: Stage): Stage {
    return {
      title,
      run: async (report, note) => {
        const began = performance.now();
        try {
          return await run(report, note);
        } finally {
          this.add(title, began, performance.now());
        }
      },
    };
  }

  /** Notes what ran between two moments of this process, in milliseconds. */
  add(title: string, began: number, ended: number): void {
    this.stages.push({ title, startedAt: inSeconds(began), seconds: inSeconds(ended - began) });
  }
}

const inSeconds = (milliseconds: number) => Math.round(milliseconds / 10) / 100;
