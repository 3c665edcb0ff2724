import { parseArgs } from "node:util";

/** What a proof is asked to do. */
export interface ProofOptions {
  readonly list: boolean;
  readonly only: string | null;
  readonly sample: number | null;
  /** A protection to take out; the run must then fail. */
  readonly break: string | null;
  /** Runs at the same time. */
  readonly width: number;
}

/**
 * Reads `--list`, `--only ID`, `--sample N`, `--break PROTECTION`, `--width N`.
 *
 * @throws Error that names the option and what to give.
 */
export function readProofOptions(args: readonly string[]): ProofOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { list: { type: "boolean" }, only: text, sample: text, break: text, width: text },
  });
  return {
    list: values.list ?? false,
    only: values.only ?? null,
    sample: values.sample === undefined ? null : count("--sample", values.sample),
    break: values.break ?? null,
    width: values.width === undefined ? 3 : count("--width", values.width),
  };
}

function count(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${option}: "${text}" must be a number from 1`);
}

/**
 * The scenarios that are asked for.
 *
 * @throws Error when there is none of that id.
 */
export function chosen<S extends { readonly id: string }>(
  scenarios: readonly S[],
  { only, sample }: Pick<ProofOptions, "only" | "sample">,
): readonly S[] {
  if (only !== null) {
    const found = scenarios.filter(({ id }) => id === only);
    if (found.length === 0) throw new Error(`--only: there is no "${only}"; --list shows all ids`);
    return found;
  }
  if (sample === null) return scenarios;
  return scenarios
    .map((scenario) => ({ scenario, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .slice(0, sample)
    .map(({ scenario }) => scenario);
}
