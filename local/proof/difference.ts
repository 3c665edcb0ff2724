/** A difference, by the subject whose case must explain it. */
export interface Difference {
  readonly subject: string;
  readonly what: string;
}
