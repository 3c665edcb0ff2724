import type { WindowRules } from "../../shared/decisions/window.ts";

/**
 * A window for mails that is open at a time and for the hour after it: a preview waits for none. A
 * window ends at midnight, so that in the last hour of the day the clock of another zone is taken.
 */
export function openWindow(now: Date): WindowRules {
  const hour = now.getUTCHours();
  const isLast = hour === 23;
  const shown = isLast ? hour - 1 : hour;
  return {
    timeZone: isLast ? "Etc/GMT+1" : "Etc/UTC",
    digestDays: "Mon-Sun",
    digestAt: `${String(shown).padStart(2, "0")}:00`,
  };
}
