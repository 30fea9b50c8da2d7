/** `node run-up.ts FOLDER`: brings the demo of that folder up, as the command line does. */
import { operate, summaryLine } from "../../../sandbox/cli/operate.ts";
import { demoSandbox } from "./demo.ts";

process.umask(0o077);
const { result } = await operate("up", demoSandbox(process.argv[2] ?? ""), "prod", {
  providers: "auto",
  machines: "off",
});
console.log(summaryLine(result));
