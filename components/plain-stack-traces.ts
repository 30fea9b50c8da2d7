/**
 * Imported first, for what it does: leaves stack traces to Node.
 *
 * Pulumi's runner has every stack trace rewritten by source maps, and its SDK takes one for each promise it watches: a
 * second of work in every run. Node runs this program as it is written, so that its positions are right without. Those of
 * promises are not even put into words: they have no message, and the usual limit; where a resource is declared is asked
 * for without one.
 */
Error.prepareStackTrace = (error, frames) =>
  error.message === "" && Number.isFinite(Error.stackTraceLimit)
    ? ""
    : [error, ...frames.map((frame) => `    at ${frame}`)].join("\n");
