/** A protection taken out of one file, and the test that must turn red for it. */
export interface Mutant {
  readonly file: string;
  /** Text of the file; it must stand there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** A test's file, and its title up to the first placeholder, as the file has it. */
  readonly test: { readonly file: string; readonly name: string };
}

/** What must stay true, in the words of docs/architecture.md, and the mutants that break it. */
export interface Invariant {
  readonly name: string;
  readonly mutants: readonly Mutant[];
}

/** The text with the patch applied; null when what it replaces is not there exactly once. */
export function patched(source: string, { find, replace }: Mutant): string | null {
  const [before, after, ...more] = source.split(find);
  return before === undefined || after === undefined || more.length > 0
    ? null
    : before + replace + after;
}
