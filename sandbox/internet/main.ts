import { text } from "node:stream/consumers";
import { Failure, messageOf } from "../engine/failure.ts";
import { startInternet } from "./internet.ts";
import { endLeftovers } from "./leftovers.ts";
import { internetSettings } from "./settings.ts";

/** The sandbox's internet as a program: settings as JSON on standard input, one line when it is ready, ended by SIGTERM. */
try {
  const settings = internetSettings.parse(JSON.parse(await text(process.stdin)));
  await endLeftovers();
  const internet = await startInternet(settings);
  const stop = () => internet.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(JSON.stringify({ ready: true, pid: process.pid }));
} catch (error) {
  console.error(
    error instanceof Failure ? error.message : `the sandbox's internet did not start: ${messageOf(error)}`,
  );
  process.exit(1);
}
