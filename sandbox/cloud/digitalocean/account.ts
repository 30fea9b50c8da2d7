import type { FastifyPluginAsync } from "fastify";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound } from "../core/errors.ts";
import type { Account } from "./records.ts";

export const accountOf = (cloud: Cloud): Account => orNotFound(cloud.state.account.get("account"));

/** The account that the token belongs to. */
export const account: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  app.get("/account", async () => {
    const { uuid, email, name, team, droplet_limit, reserved_ip_limit, volume_limit } = accountOf(cloud);
    return {
      account: {
        uuid,
        email,
        name,
        team,
        droplet_limit,
        floating_ip_limit: reserved_ip_limit,
        reserved_ip_limit,
        volume_limit,
        email_verified: true,
        status: "active",
        status_message: "",
      },
    };
  });
};
