/** Something wrong in a file or a setting: where, and what puts it right. */
export interface Mistake {
  /** Such as `mail.digestAt` or `GUARDRAIL_STAGE`. */
  readonly path: string;
  readonly message: string;
}
