import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { policyJsonSchema } from "../../local/policy-json-schema.ts";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

describe("guardrail.schema.json", () => {
  it("is what `node local/schema.ts` writes", () => {
    expect(read("guardrail.schema.json")).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
  });

  it.each(["guardrail.json", "examples/shop/guardrail.json"])("accepts %s", (path) => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      read("guardrail.schema.json"),
    );
    expect(validate(read(path)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...read(path), rule: {} })).toBe(false);
  });
});
