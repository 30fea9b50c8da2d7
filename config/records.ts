/** The same keys with other values. */
export function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
}

/**
 * The value of a key that must be there.
 *
 * @param what how such a value is called in the error
 * @throws Error naming the key and what there is
 */
export function lookup<Value>(values: Readonly<Record<string, Value>>, key: string, what: string): Value {
  const value = values[key];
  if (value === undefined)
    throw new Error(`no ${what} "${key}"; there are: ${Object.keys(values).join(", ")}`);
  return value;
}
