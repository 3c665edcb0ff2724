/** One rule of `owners.repositories`: who owns the repositories that fit. */
export interface RepositoryOwner {
  /** Name of a registry, or its login server; `*` stands for any text. */
  readonly registry: string;
  /** Such as `team-a/*`; `*` stands for any text, slashes too. */
  readonly repository: string;
  readonly to: readonly string[];
}
