import { GeneratedSecrets } from "../../../../components/generated-secrets.ts";

const { values } = new GeneratedSecrets("generated", { secretNames: ["first", "second"] });

export { values };
