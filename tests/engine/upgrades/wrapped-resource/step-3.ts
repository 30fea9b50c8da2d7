import { Group } from "./group.ts";

export const { password } = new Group("queue", []);
