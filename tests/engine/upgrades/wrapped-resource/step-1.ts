import * as random from "@pulumi/random";

export const password = new random.RandomPassword("queue-password", { length: 40, special: false }).result;
