/** Something wrong in what a person wrote: where it is, and what to write instead. */
export interface Mistake {
  /** Such as `rules.addon.mode`, or the name of a setting. */
  readonly path: string;
  /** Says the fix; never quotes a value that may be secret. */
  readonly message: string;
}
