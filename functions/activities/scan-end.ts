import type { Gateways } from "../../shared/azure/ports.ts";
import { isExpected } from "../../shared/decisions/in-scope.ts";
import { may } from "../../shared/decisions/stage.ts";
import { isWatchedKind } from "../../shared/domain/subject.ts";
import type { InForceSource } from "./in-force.ts";

const day = 24 * 3_600_000;

/** The end of a scan. Tables: agenda, system. */
export const scanEndActivities = (
  { agenda, system }: Pick<Gateways, "agenda" | "system">,
  source: InForceSource,
  now: () => string,
) => ({
  /**
   * How many Azure resources are due and not looked at yet, and after how many minutes it is worth asking
   * again: looks that change nothing are over in one.
   */
  countDueLooks: async (_input: { subject: string }) => {
    const at = now();
    const rows = await agenda.list();
    const due = rows.filter(({ kind, at: when }) => isWatchedKind(kind) && when <= at);
    const { stage } = await source.recent();
    return { due: due.length, minutes: may(stage).tag ? 10 : 1 };
  },

  /** Notes a daily scan, and answers when the next one is due: one asked for between two moves nothing. */
  noteScan: async (input: { subject: string; at: string }) => {
    const last = await system.lastScan();
    const planned = last === null ? 0 : Date.parse(last) + day;
    const isDaily = planned <= Date.parse(input.at);
    if (isDaily) await system.noteScan(input.at);
    const next = isDaily ? Date.parse(input.at) + day : planned;
    const { policy } = await source.recent();
    const unreadable = (await system.subscriptions()).filter(
      (one) => one.lastSeen < input.at && isExpected(policy, one),
    ).length;
    return {
      // Goes into the log, which an alert rule of the deployment reads.
      kind: `${unreadable} subscriptions unreadable`,
      next: new Date(Math.max(next, Date.parse(now()))).toISOString(),
    };
  },
});
