import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFilter } from "../../../../local/azure/policy/odata.ts";

const row = {
  complianceState: "NonCompliant",
  isCompliant: false,
  resourceId: "/subscriptions/one/it's",
  timestamp: "2026-11-23T08:00:00.000Z",
  count: 3,
};

describe("a filter", () => {
  it.each([
    ["complianceState eq 'NonCompliant'", true],
    ["ComplianceState eq 'noncompliant'", true],
    ["IsCompliant eq false and complianceState ne 'Exempt'", true],
    ["isCompliant eq true or (count gt 2 and count le 3)", true],
    ["not (isCompliant eq false)", false],
    ["startswith(resourceId, '/SUBSCRIPTIONS/ONE')", true],
    ["contains(resourceId,'it''s')", true],
    ["endswith(resourceId,'x')", false],
    ["timestamp ge 2026-11-23T07:59:59Z and timestamp lt 2026-11-24T00:00:00Z", true],
    ["isCompliant eq true and isCompliant eq true or count eq 3", true],
  ])("%s", (filter, expected) => {
    expect(readFilter(filter)(row)).toBe(expected);
  });

  it.each([
    "complianceState",
    "complianceState like 'x'",
    "a eq 'x",
    "(count eq 3",
    "count eq 3 3",
    "nosuch eq 1",
  ])("%s is refused", (filter) => {
    expect(() => readFilter(filter)(row)).toThrow();
  });

  it("finds any text that is quoted for it", () => {
    const holds = fc.property(fc.string(), (text) => {
      const filter = `resourceId eq '${text.replaceAll("'", "''")}'`;
      expect(readFilter(filter)({ resourceId: text })).toBe(true);
    });
    fc.assert(holds);
  });
});
