import { explainsItself } from "./explains-itself.ts";
import { failsClosed } from "./fails-closed.ts";
import type { Invariant, Mutant } from "./mutant.ts";
import { nothingLost } from "./nothing-lost.ts";
import { nothingTwice } from "./nothing-twice.ts";
import { onlyOurKeys } from "./only-our-keys.ts";
import { quietAtRest } from "./quiet-at-rest.ts";
import { registryMutants } from "./registries.ts";
import { smallBills } from "./small-bills.ts";

/** The seven things that must stay true, in their order. */
export const invariants: readonly Invariant[] = [
  nothingLost,
  nothingTwice,
  quietAtRest,
  onlyOurKeys,
  failsClosed,
  explainsItself,
  smallBills,
].map(({ name, mutants }) => ({ name, mutants: [...mutants, ...(registryMutants[name] ?? [])] }));

/** Every mutant with the invariant that it breaks. */
export const allMutants: readonly (Mutant & { readonly invariant: string })[] = invariants.flatMap(
  ({ name, mutants }) => mutants.map((mutant) => ({ ...mutant, invariant: name })),
);
