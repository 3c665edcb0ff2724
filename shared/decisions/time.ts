const lengths = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** A length of time in whole units. */
export type Length = Partial<Record<keyof typeof lengths, number>>;

/** Milliseconds of a length of time. */
export const millisecondsOf = (length: Length): number =>
  (length.seconds ?? 0) * lengths.seconds +
  (length.minutes ?? 0) * lengths.minutes +
  (length.hours ?? 0) * lengths.hours +
  (length.days ?? 0) * lengths.days;

/** The ISO time that is a length after another. */
export const after = (iso: string, length: Length): string =>
  new Date(Date.parse(iso) + millisecondsOf(length)).toISOString();

/** The ISO time that is a length before another. */
export const before = (iso: string, length: Length): string =>
  new Date(Date.parse(iso) - millisecondsOf(length)).toISOString();

/** Whether a length of time has passed since then. */
export const hasPassed = (since: string, length: Length, now: string): boolean =>
  Date.parse(now) - Date.parse(since) >= millisecondsOf(length);

/** The later of two ISO times. */
export const latest = (one: string, other: string): string =>
  Date.parse(one) >= Date.parse(other) ? one : other;

/** The earlier of two ISO times. */
export const earliest = (one: string, other: string): string =>
  Date.parse(one) <= Date.parse(other) ? one : other;
