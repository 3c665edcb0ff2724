/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The number below which this share of the numbers lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * Milliseconds that each piece of work takes, by turns, so that whatever else the machine does falls
 * on all of them: the best of the rounds, which is the least disturbed one.
 */
export async function bestOf<const Works extends Readonly<Record<string, () => unknown>>>(
  rounds: number,
  works: Works,
): Promise<Record<keyof Works, number>> {
  const names = Object.keys(works) as (keyof Works & string)[];
  const best = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const begin = performance.now();
      await works[name]?.();
      best[name] = Math.min(best[name] ?? 0, performance.now() - begin);
    }
  }
  return best as Record<keyof Works, number>;
}
