import { expect, it } from "vitest";
import { builtinDefinition } from "../../../shared/domain/builtin-definitions.ts";

it("knows built-in definitions by GUID or id, and no member that every object has", () => {
  const guid = "95edb821-ddaf-4404-9732-666045e056b4";
  const found = builtinDefinition(guid);
  expect(found).not.toBeNull();
  const id = `/providers/Microsoft.Authorization/policyDefinitions/${guid.toUpperCase()}`;
  expect(builtinDefinition(id)).toBe(found);
  for (const name of ["constructor", "__proto__", "toString"]) {
    expect(builtinDefinition(`/providers/x/policyDefinitions/${name}`)).toBeNull();
  }
});
