import type { Site } from "./site.ts";
import { say } from "./site.ts";

/** The REST side of Supabase. Only its PostgreSQL is there. */
export function supabaseRest(projectRefs: readonly string[]): Site {
  return {
    names: projectRefs.map((ref) => `${ref}.supabase.co`),
    serve: (_request, response) =>
      say(response, 503, "The sandbox has no REST API of Supabase, only its PostgreSQL.\n"),
  };
}

/** DigitalOcean's agents: alive, and no more than that. */
export const agents: Site = {
  names: ["*.agents.do-ai.run"],
  serve: (_request, response) =>
    say(response, 200, "A stand-in for an agent: it answers, and knows nothing.\n"),
};
