import type { Gateways } from "../../shared/azure/ports.ts";
import { alertKey } from "../../shared/decisions/alerts.ts";
import type { DefenderAlert } from "../../shared/domain/alert.ts";

/** Answers stay in the instance's history; with their long texts left out, so many fit in 32 KB. */
const mostAlerts = 50;

/** Tables: alerts. */
export const alertActivities = ({ alerts }: Pick<Gateways, "alerts">) => ({
  /** Active ones first, newest first, without the texts that only a mail needs. */
  listAlerts: async (input: { subject: string }): Promise<readonly DefenderAlert[]> => {
    const found = await alerts.bySubject(input.subject);
    return [...found].sort(activeThenNewest).slice(0, mostAlerts).map(withoutTexts);
  },

  /**
   * Forgets alerts of which nobody was told, that is all but these keys of findings: of what it does
   * not know the scan tells, once the subject is watched.
   */
  forgetAlerts: async (input: { subject: string; told: readonly string[] }) => {
    const found = await alerts.bySubject(input.subject);
    const untold = found.filter((alert) => !input.told.includes(alertKey(alert)));
    return { forgotten: await alerts.remove(untold) };
  },

  moveAlerts: async (input: { subject: string; to: string }) => ({
    moved: await alerts.move(input.subject, input.to),
  }),
});

function activeThenNewest(left: DefenderAlert, right: DefenderAlert): number {
  const active = Number(right.status === "active") - Number(left.status === "active");
  return active || Date.parse(right.seenAt) - Date.parse(left.seenAt);
}

const withoutTexts = (alert: DefenderAlert): DefenderAlert => ({
  ...alert,
  title: alert.title.slice(0, 200),
  description: "",
  remediation: [],
  link: null,
  about: alert.about.slice(0, 3),
});
