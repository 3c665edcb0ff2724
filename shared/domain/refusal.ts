/** Azure's no: an answer that trying again right away will not change. */
export interface Refusal {
  readonly kind: "refused";
  /** HTTP status of the answer, or 0 when a long-running operation ended in failure. */
  readonly status: number;
  /** Azure's own error code, such as `ScopeLocked`. */
  readonly code: string;
  /** Azure's own words, cut at 1,000 characters. */
  readonly message: string;
}

/** Azure is busy or throttles: the same call may succeed after `seconds`. */
export interface Wait {
  readonly kind: "wait";
  readonly seconds: number;
  readonly why: string;
}

/** The policy or the stage changed since the run decided; it must decide anew. */
export interface Superseded {
  readonly kind: "superseded";
}

/** A fact that was read, or the reason why it could not be. */
export type Known<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unreadable"; readonly why: string };

/** Wraps a fact that was read. */
export const known = <T>(value: T): Known<T> => ({ kind: "known", value });

/** Says why a fact could not be read. */
export const unreadable = (why: string): Known<never> => ({ kind: "unreadable", why });
