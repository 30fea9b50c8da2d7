/**
 * Imported first, for what it does: puts off what Pulumi's SDK loads at every start and needs only to serialize
 * functions, the TypeScript compiler and npm's dependency tree. Whoever uses them gets them, at their first use. This
 * program has no such functions, and starts a third of a second earlier.
 */
import { createRequire } from "node:module";

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

for (const name of ["typescript", "@npmcli/arborist"]) {
  const file = require.resolve(name);
  if (require.cache[file] !== undefined) continue;
  const load = (): object => {
    if (require.cache[file] === placeholder) delete require.cache[file];
    return require(file);
  };
  // What compiled code asks of every module it imports is no use of it; "yes" makes it take the module as it is.
  const get = (_target: object, key: PropertyKey) => key === "__esModule" || Reflect.get(load(), key);
  const placeholder = { id: file, filename: file, loaded: true, exports: new Proxy({}, { get }) };
  require.cache[file] = placeholder as NodeJS.Module;
}
