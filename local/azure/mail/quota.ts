import type { Limit } from "../limits.ts";

/** Which domain the mail service sends from: its own (small limits) or the customer's. */
export type MailQuota = "managed" | "custom" | "none";

/** Requests a minute and an hour (Azure documentation, "Service limits of Communication Services"). */
const quotas = {
  managed: { send: [5, 10], status: [10, 20] },
  custom: { send: [30, 100], status: [60, 200] },
} as const;

/** The limits of an operation of the mail service. */
export function mailLimits(quota: MailQuota, operation: "send" | "status"): Limit[] {
  if (quota === "none") return [];
  const [minute, hour] = quotas[quota][operation];
  return [
    window(operation, { capacity: minute, seconds: 60 }),
    window(operation, { capacity: hour, seconds: 3600 }),
  ];
}

function window(operation: string, size: { capacity: number; seconds: number }): Limit {
  return {
    key: `mail ${operation} ${size.seconds}`,
    shape: { kind: "window", ...size },
    code: "TooManyRequests",
    message: `The request is throttled: at most ${size.capacity} in ${size.seconds} seconds.`,
  };
}
