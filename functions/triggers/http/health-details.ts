import { expectedIds } from "../../../shared/decisions/in-scope.ts";
import type { TriggerDependencies } from "../dependencies.ts";
import { feedNames } from "../feeds.ts";

/** The present, and when this process began. */
export interface Clock {
  readonly now: Date;
  readonly startedAt: Date;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const longestSweepAge = 5 * minute;
const silentAfter = 7 * day;
const mostMails = 5;

/** Whether the agenda is being swept; a process that has just begun is given the same time. */
export function isSweeping(lastSweep: string | null, { now, startedAt }: Clock): boolean {
  const since = lastSweep ? Date.parse(lastSweep) : startedAt.getTime();
  return now.getTime() - since <= longestSweepAge;
}

/** How the system stands, for those who run it. */
export async function healthDetails(
  { gateways, policy, policyHash, appVersion, settings }: TriggerDependencies,
  clock: Clock,
) {
  const { system, quarantine, agenda, digests } = gateways;
  const weekAgo = new Date(clock.now.getTime() - silentAfter).toISOString();
  const [lastSweep, lastScan, feeds, stopped, subscriptions, kept, waiting, failed] =
    await Promise.all([
      system.lastSweep(),
      system.lastScan(),
      system.feeds(),
      system.stop(),
      system.subscriptions(),
      quarantine.list(),
      agenda.list(),
      digests.failedSince(weekAgo),
    ]);
  const ok = isSweeping(lastSweep, clock);
  const readable = readableOf(subscriptions, lastScan);
  const expected = expectedIds(policy, subscriptions);
  return {
    ok,
    ...(ok ? {} : { why: "nothing has started due work for over 5 minutes" }),
    appVersion,
    policyHash,
    stage: settings.stage,
    lastSweep,
    sweepAgeSeconds: lastSweep ? secondsSince(lastSweep, clock.now) : null,
    lastScan,
    feeds: Object.fromEntries(feedNames.map((feed) => [feed, feeds[feed] ?? null])),
    silentFeeds: feedNames.filter((feed) => isSilent(feeds[feed], clock.now)),
    stopped,
    quarantine: kept.length,
    mailsNotSent: failed.slice(0, mostMails).map(({ frozenAt, message, outcome }) => ({
      at: frozenAt,
      subject: message.subject,
      outcome,
    })),
    waiting: waiting.length,
    due: waiting.filter(({ at }) => Date.parse(at) <= clock.now.getTime()).length,
    subscriptions: {
      expected: expected.length,
      readable: expected.filter((id) => readable.includes(id)).length,
      missing: lastScan ? expected.filter((id) => !readable.includes(id)).sort() : [],
    },
  };
}

const secondsSince = (time: string, now: Date): number =>
  Math.round((now.getTime() - Date.parse(time)) / 1_000);

const isSilent = (last: string | undefined, now: Date): boolean =>
  last === undefined || now.getTime() - Date.parse(last) > silentAfter;

/** Those that the last scan saw; it notes them while it goes on, some time before it ends. */
function readableOf(
  subscriptions: readonly { readonly id: string; readonly lastSeen: string }[],
  lastScan: string | null,
): readonly string[] {
  if (!lastScan) return [];
  const from = Date.parse(lastScan) - day / 4;
  return subscriptions.filter(({ lastSeen }) => Date.parse(lastSeen) >= from).map(({ id }) => id);
}
