import type { Case } from "../../shared/domain/case.ts";

/** Answers of activities stay in the instance's history: this keeps one under 32 KB. */
const roomForCase = 26_000;

/**
 * A case small enough for an activity's answer: findings keep their counts but fewer named components,
 * and the history its newest lines. What Azure reports is read anew in the run anyway.
 */
export function slim(value: Case): Case {
  let slimmer = value;
  for (const kept of [20, 5, 1, 0]) {
    if (JSON.stringify(slimmer).length <= roomForCase) return slimmer;
    slimmer = {
      ...slimmer,
      history: slimmer.history.slice(-Math.max(kept, 5)),
      findings: slimmer.findings.map((one) => ({
        ...one,
        components: one.components.slice(0, kept),
      })),
    };
  }
  return slimmer;
}
