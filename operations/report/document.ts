/** How something is. Where it is shown, a word or a sign says it as well as a colour. */
export type Tone = "good" | "bad" | "unknown";

/** Plain text; whoever writes it out escapes it. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** A part of a section. Its texts are plain; only pictures are markup, drawn by what escapes for itself. */
export type Block =
  | { readonly kind: "words"; readonly text: string; readonly tone?: Tone }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      /** Columns of amounts, which stand at the right. */
      readonly right?: ReadonlySet<number>;
    }
  | { readonly kind: "finding"; readonly finding: ToldFinding }
  | {
      readonly kind: "picture";
      /** SVG for screens. */
      readonly wide: string;
      /** SVG for phones. */
      readonly narrow: string;
      /** Mermaid, where no SVG may be. */
      readonly diagram: string;
    }
  /** Left out where no SVG may be: their numbers stand in a table as well. */
  | { readonly kind: "curves"; readonly curves: readonly Curve[] };

/** What is wrong, with the commands that mend it. */
export interface ToldFinding {
  readonly title: string;
  readonly tone: Tone;
  readonly facts: readonly (readonly [string, string])[];
  readonly commands: readonly string[];
}

/** A picture of how something went, day by day. */
export interface Curve {
  readonly title: string;
  readonly tone: Tone;
  /** SVG. */
  readonly picture: string;
}

/** One section of a report. */
export interface Section {
  /** Where it is on the page: small letters and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly tone: Tone;
  /** What it comes to, in a few words. */
  readonly headline: string;
  readonly blocks: readonly Block[];
}

/** A whole report, in no format yet. */
export interface ReportDocument {
  readonly environment: string;
  /** When it was made, in ISO 8601. */
  readonly madeAt: string;
  readonly sections: readonly Section[];
}
