import { GeneratedSecrets } from "../../../../components/generated-secrets.ts";

const { values } = new GeneratedSecrets("keys", { secretNames: ["first", "second"] });

export { values };
