/** A difference, by the subject whose case must explain it. */
export interface Difference {
  readonly subject: string;
  readonly what: string;
  /** What else than the case explains it, such as a mail that is planned; absent = the case must. */
  readonly why?: string;
}
