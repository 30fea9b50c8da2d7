import { string } from "../../framework/properties.ts";
import { collection } from "../collection.ts";

/** A public key of the account. The account takes each key once. */
export const sshKey = collection({
  token: "digitalocean:index/sshKey:SshKey",
  inputs: {
    name: string({ autoName: {} }),
    publicKey: string({
      required: true,
      replace: true,
      same: (stored, declared) => stored.trim() === declared.trim(),
    }),
  },
  outputs: { fingerprint: string() },
  path: "/v2/account/keys",
  envelope: "ssh_key",
  updateBody: ({ name }) => ({ name: String(name) }),
});
