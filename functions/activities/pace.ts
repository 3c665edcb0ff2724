/** How much the mail service takes from a domain. */
export interface MailQuota {
  readonly perMinute: number;
  readonly perHour: number;
}

/** Quotas of Azure Communication Services: a domain that Azure manages, and one of your own. */
export const mailQuotas = {
  managed: { perMinute: 5, perHour: 10 },
  custom: { perMinute: 30, perHour: 100 },
} as const satisfies Record<string, MailQuota>;

const minute = 60_000;
const hour = 60 * minute;

/** Of ten sends an hour, two wait for an urgent mail. */
export const urgentShare = 0.2;

/**
 * When the next mail may go: null = now.
 * @param sent times of the mails of the last hour, oldest first
 */
export function nextSlot(
  sent: readonly string[],
  quota: MailQuota,
  mail: { readonly urgent: boolean; readonly now: string },
): string | null {
  const now = Date.parse(mail.now);
  const kept = mail.urgent ? 0 : Math.ceil(quota.perHour * urgentShare);
  const times = sent.map((at) => Date.parse(at));
  const free = Math.max(
    freeAt(times, { window: hour, room: quota.perHour - kept, now }),
    freeAt(times, { window: minute, room: quota.perMinute, now }),
  );
  return free <= now ? null : new Date(free).toISOString();
}

/** When so many of the times have left the window that there is room for one more. */
function freeAt(
  times: readonly number[],
  { window, room, now }: { window: number; room: number; now: number },
): number {
  const inside = times.filter((at) => at > now - window);
  const blocking = inside[inside.length - room];
  return blocking === undefined ? now : blocking + window + 1000;
}
