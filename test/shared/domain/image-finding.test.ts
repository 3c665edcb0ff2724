import { expect, it } from "vitest";
import { caseSeverityOf, imageSeverities, worstOf } from "../../../shared/domain/image-finding.ts";
import { severities } from "../../../shared/domain/policy.ts";

it("a case orders images as their severities do", () => {
  const ranks = imageSeverities.map((one) => severities.indexOf(caseSeverityOf(one)));
  expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
  expect(imageSeverities.map(caseSeverityOf)).toEqual([
    ...["Informational", "Low", "Medium", "High", "High"],
  ]);
});

it("the worst of none is unknown", () => {
  expect(worstOf([])).toBe("Unknown");
  expect(worstOf(["Low", "Critical", "High"])).toBe("Critical");
});
