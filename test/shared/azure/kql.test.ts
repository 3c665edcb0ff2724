import fc from "fast-check";
import { expect, it } from "vitest";
import { kqlList, kqlString } from "../../../shared/azure/kql.ts";

it("lets no text end its own literal", () => {
  expect(kqlString("rg-shop")).toBe("'rg-shop'");
  expect(kqlString("x' | take 1 //")).toBe("'x\\' | take 1 //'");
  expect(kqlString("back\\slash\n\u2028")).toBe("'back\\\\slash\\u000a\\u2028'");
  const holds = fc.property(fc.string({ unit: "binary" }), (text) => {
    const literal = kqlString(text);
    expect(literal).toMatch(/^'(?:[^'\\\n\r]|\\['\\]|\\u[0-9a-f]{4})*'$/u);
    expect(unescaped(literal)).toBe(text);
  });
  fc.assert(holds);
});

it("makes a list of any number of texts", () => {
  expect(kqlList(["a", "b'c"])).toBe("('a', 'b\\'c')");
  expect(kqlList([])).toBe("('')");
});

const unescaped = (literal: string): string =>
  literal
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-f]{4})|(.))/gu, (_, code: string | undefined, plain: string) =>
      code === undefined ? plain : String.fromCharCode(Number.parseInt(code, 16)),
    );
