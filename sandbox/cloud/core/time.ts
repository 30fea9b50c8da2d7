/** The current time as the API writes it. */
export const timestamp = (time = Date.now()): string =>
  new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
