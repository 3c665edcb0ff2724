import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allMutants, invariants } from "./invariants.ts";
import { type Mutant, patched } from "./mutant.ts";

describe("the mutants", () => {
  it("break each of the seven invariants in at least three files", () => {
    const files = invariants.map(({ mutants }) => new Set(mutants.map(({ file }) => file)).size);
    expect(files).toHaveLength(7);
    expect(Math.min(...files)).toBeGreaterThanOrEqual(3);
  });

  it.each(allMutants)("still apply: $invariant, $file", (mutant) => {
    const source = readFileSync(mutant.file, "utf8");
    const result = patched(source, mutant);
    expect(result, `${mutant.find} is not exactly once in ${mutant.file}`).not.toBeNull();
    expect(result).not.toBe(source);
  });

  it.each(allMutants)("name a test that exists: $test.file, $test.name", ({ test }) => {
    expect(readFileSync(test.file, "utf8")).toContain(`"${test.name}`);
  });
});

it("a patch applies only where its text stands exactly once", () => {
  const mutant: Mutant = { file: "", find: "a.b", replace: "$&", test: { file: "", name: "" } };
  expect(patched("x a.b y", mutant)).toBe("x $& y");
  expect(patched("x axb y", mutant)).toBeNull();
  expect(patched("a.b a.b", mutant)).toBeNull();
});
