/** One page of a bulk read; `next` null = the last. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}
