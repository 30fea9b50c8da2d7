import * as pulumi from "@pulumi/pulumi";
import { Group } from "./group.ts";

export const { password } = new Group("queue", [
  { name: "queue-password", parent: pulumi.rootStackResource },
]);
