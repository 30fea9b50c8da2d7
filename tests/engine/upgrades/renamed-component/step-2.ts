import { GeneratedSecrets } from "../../../../components/generated-secrets.ts";

const args = { secretNames: ["first", "second"] };
const { values } = new GeneratedSecrets("generated", args, { aliases: [{ name: "keys" }] });

export { values };
