import type { MaskingRule } from "./rule.ts";

/** Mattermost 11. Channels and teams keep their names; who wrote what, and what was written, do not. */
export const mattermostMasks: readonly MaskingRule[] = [
  {
    table: "mattermost.users",
    columns: {
      ...{ username: "account", email: "mail", nickname: "empty", firstname: "name", lastname: "name" },
      ...{ password: "empty", authdata: "secret", mfasecret: "empty", notifyprops: "empty", props: "empty" },
    },
  },
  {
    table: "mattermost.posts",
    columns: { message: "text", props: "empty", filenames: "empty", fileids: "empty" },
  },
  { table: "mattermost.teams", columns: { email: "mail", inviteid: "secret" } },
  // Files do not come along.
  { table: "mattermost.fileinfo", isEmptied: true },
  ...[
    ...["sessions", "tokens", "useraccesstokens", "oauthaccessdata", "oauthauthdata", "oauthapps"],
    // What others call, and what calls others.
    ...["incomingwebhooks", "outgoingwebhooks", "outgoingoauthconnections", "commands", "commandwebhooks"],
    ...["remoteclusters", "sharedchannelremotes", "pluginkeyvaluestore"],
    ...["audits", "drafts", "scheduledposts", "linkmetadata", "uploadsessions"],
  ].map((table) => ({ table: `mattermost.${table}`, isEmptied: true })),
];
