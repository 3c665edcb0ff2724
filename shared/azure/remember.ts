/** Asks, unless the same was asked within the last minute. */
export type Remember = <T>(key: string, ask: () => Promise<T>) => Promise<T>;

const minute = 60_000;

/**
 * Creates a memory of answers that many runs want at the same time. Only for what Azure itself shows
 * late, and takes longer than a minute to act on; faults are not kept.
 */
export function createRemember(now: () => number = Date.now): Remember {
  const known = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();
  return <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    for (const [other, { until }] of known) if (until <= now()) known.delete(other);
    const found = known.get(key);
    if (found) return found.answer as Promise<T>;
    const answer = ask();
    known.set(key, { until: now() + minute, answer });
    answer.catch(() => known.delete(key));
    return answer;
  };
}
