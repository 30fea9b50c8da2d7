import { styleText } from "node:util";

/** Answers go to standard output, everything said on the way to standard error: so answers can be piped. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Says something on the way. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One JSON object, for machines. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

type Style = Parameters<typeof styleText>[0];

/** Text in colour where the stream is a terminal that wants it. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

/** Columns as wide as their widest cell; the last one as long as it is. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row.map((cell, column) => cell.padEnd(column === row.length - 1 ? 0 : (widths[column] ?? 0))),
    )
    .map((cells) => `${indent}${cells.join("  ")}`.trimEnd())
    .join("\n");
}

/** A heading with a table under it, or nothing where there is nothing to show. */
export function section(title: string, rows: readonly (readonly string[])[]): string | undefined {
  return rows.length === 0 ? undefined : `${styled("bold", title)}\n${table(rows)}`;
}
