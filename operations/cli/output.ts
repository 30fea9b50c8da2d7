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

/**
 * Columns as wide as their widest cell; the last one as long as it is.
 *
 * @param right columns whose cells stand at the right, such as amounts
 */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (right.has(column)) return cell.padStart(width);
        return column === row.length - 1 ? cell : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
