const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

const format = new Intl.RelativeTimeFormat("en");

/** How long ago something was, in words, for example `12 minutes ago`. */
export function age(since: Date, now = new Date()): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000));
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? ["second", 1];
  return format.format(-Math.floor(seconds / length), unit);
}
