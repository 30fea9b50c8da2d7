import type { FoundHeartbeat } from "./heartbeats.ts";
import type { WatchSettings } from "./settings.ts";

/** What is wrong with the watch itself: who is silent, who cannot be told, whose drill has not arrived. */
export function findSilence(
  heartbeats: Readonly<Record<string, FoundHeartbeat>>,
  { monitoring, watch }: Pick<WatchSettings, "monitoring" | "watch">,
  now: Date,
): string[] {
  const isAnybodyTold = monitoring.slackChannel !== undefined || monitoring.mail !== undefined;
  return Object.entries(heartbeats).flatMap(([host, found]) => {
    const said = (words: string) => `${host} ${words}`;
    if (found === null) return [said("has never written a heartbeat")];
    if ("unreadable" in found)
      return [said(`cannot be judged: its heartbeat is not readable (${found.unreadable})`)];
    const { time, watchingSince, channels, untold, drill } = found;
    const minutes = elapsed(time, now) / 60;
    const deaf = Object.entries(channels).flatMap(([channel, { reason, failingSince }]) =>
      reason === undefined
        ? []
        : [said(`cannot tell anybody by ${channel} since ${failingSince}: ${reason}`)],
    );
    return [
      ...(minutes > watch.heartbeatMinutes
        ? [
            said(
              `is silent: its last heartbeat is ${Math.round(minutes)} minutes old, allowed are ${watch.heartbeatMinutes}`,
            ),
          ]
        : []),
      ...deaf,
      ...(untold > 0
        ? [said(`has ${untold} ${untold === 1 ? "message" : "messages"} that nobody has taken`)]
        : []),
      ...(isAnybodyTold ? lateDrill(drill, watchingSince, watch.drillHours, now).map(said) : []),
    ];
  });
}

function lateDrill(
  drill: { readonly time: string; readonly channels: Readonly<Record<string, string>> } | null,
  watchingSince: string,
  allowedHours: number,
  now: Date,
): string[] {
  const hours = elapsed(drill?.time ?? watchingSince, now) / 3600;
  if (hours > allowedHours)
    return [
      drill === null
        ? `has never drilled its alarm, in ${Math.round(hours)} h`
        : `has last drilled its alarm ${Math.round(hours)} h ago, allowed are ${allowedHours}`,
    ];
  return Object.entries(drill?.channels ?? {}).flatMap(([channel, how]) =>
    how === "delivered"
      ? []
      : [`has drilled its alarm at ${drill?.time}, and ${channel} did not take it: ${how}`],
  );
}

const elapsed = (time: string, now: Date) => (now.getTime() - Date.parse(time)) / 1000;
