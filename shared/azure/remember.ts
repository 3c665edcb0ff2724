/** Answers that many runs want at the same time, kept in this process for some minutes. */
export interface Memory {
  /** Asks, unless the same was asked within these minutes. */
  remember<T>(key: string, ask: () => Promise<T>): Promise<T>;
  /** Asks in any case; what others remember is this answer from now on. */
  renew<T>(key: string, ask: () => Promise<T>): Promise<T>;
  /** Whoever asks next asks anew, and what is under way is kept no more. */
  forget(key: string): void;
}

const minute = 60_000;

/**
 * Creates a memory. Only for facts about something else than the subject of a look, whose change asks
 * for no look: it could as well have been so much earlier. Faults are not kept.
 */
export function createMemory(minutes: number, now: () => number = Date.now): Memory {
  const known = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

  function renew<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const answer = ask();
    const kept = { until: now() + minutes * minute, answer };
    known.set(key, kept);
    answer.catch(() => {
      if (known.get(key) === kept) known.delete(key);
    });
    return answer;
  }

  return {
    remember<T>(key: string, ask: () => Promise<T>): Promise<T> {
      for (const [other, { until }] of known) if (until <= now()) known.delete(other);
      const found = known.get(key);
      return found ? (found.answer as Promise<T>) : renew(key, ask);
    },
    renew,
    forget: (key) => known.delete(key),
  };
}
