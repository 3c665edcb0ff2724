import type { Time } from "./clock.ts";

/** A limit on how often something may be asked for. */
export interface Limit {
  /** One count is kept for each key. */
  readonly key: string;
  readonly shape:
    | { readonly kind: "bucket"; readonly capacity: number; readonly perSecond: number }
    | { readonly kind: "window"; readonly capacity: number; readonly seconds: number };
  /** Error code of the 429. */
  readonly code: string;
  readonly message: string;
  /** Header that tells what is left. */
  readonly header?: string;
}

/** Whether a request may pass. */
export type Passage =
  | { readonly kind: "pass"; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "throttled"; readonly limit: Limit; readonly retryAfter: number };

/** Counts against limits, all or none of a request's. */
export interface Limiter {
  take(limits: readonly Limit[], now: Time): Passage;
}

interface Count {
  left: number;
  at: Time;
  /** Times of the requests inside the window. */
  taken: Time[];
}

/** Builds a limiter whose counts are all full. */
export function createLimiter(): Limiter {
  const counts = new Map<string, Count>();

  const countOf = (limit: Limit, now: Time): Count => {
    const count = counts.get(limit.key) ?? { left: limit.shape.capacity, at: now, taken: [] };
    counts.set(limit.key, count);
    refill(count, limit, now);
    return count;
  };

  return {
    take(limits, now) {
      const uses = limits.map((limit) => ({ limit, count: countOf(limit, now) }));
      for (const { limit, count } of uses) {
        if (count.left < 1) {
          return { kind: "throttled", limit, retryAfter: secondsUntilOne(count, limit, now) };
        }
      }
      const headers: Record<string, string> = {};
      for (const { limit, count } of uses) {
        count.left -= 1;
        if (limit.shape.kind === "window") count.taken.push(now);
        if (limit.header) headers[limit.header] = String(Math.floor(count.left));
      }
      return { kind: "pass", headers };
    },
  };
}

function refill(count: Count, { shape }: Limit, now: Time): void {
  if (shape.kind === "bucket") {
    const gained = ((now - count.at) / 1000) * shape.perSecond;
    count.left = Math.min(shape.capacity, count.left + gained);
  } else {
    count.taken = count.taken.filter((time) => time > now - shape.seconds * 1000);
    count.left = shape.capacity - count.taken.length;
  }
  count.at = now;
}

function secondsUntilOne(count: Count, { shape }: Limit, now: Time): number {
  if (shape.kind === "bucket") return Math.max(1, Math.ceil((1 - count.left) / shape.perSecond));
  const first = count.taken[0] ?? now;
  return Math.max(1, Math.ceil((first + shape.seconds * 1000 - now) / 1000));
}
