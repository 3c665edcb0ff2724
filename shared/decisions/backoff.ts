const firstMinutes = 5;
const mostMinutes = 6 * 60;

/**
 * Minutes until a subject whose last looks ended in faults is looked at again: five after the first
 * fault in a row, twice as long after each further one, six hours at most.
 */
export function backoff(count: number): number {
  const doublings = Math.max(0, Math.min(count - 1, 10));
  return Math.min(firstMinutes * 2 ** doublings, mostMinutes);
}
