import { readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const schema = JSON.parse(readFileSync("test/fixtures/schemas/azure.yaml.json", "utf8"));
const scripts = JSON.parse(readFileSync("package.json", "utf8")).scripts;

/** Schemas of azd's extensions, which this project does not use, stand empty. */
function validator() {
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  for (const [, url] of JSON.stringify(schema).matchAll(/"\$ref":"(https:[^"#]+)/g)) {
    if (url && !ajv.getSchema(url)) ajv.addSchema({ $id: url });
  }
  return ajv.compile(schema);
}

describe("azure.yaml", () => {
  const text = readFileSync("azure.yaml", "utf8");

  it("is what azd's schema asks for", () => {
    const validate = validator();
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  it("would fail with a hook that azd does not know", () => {
    expect(validator()(parse(`${text}  postponed:\n    shell: sh\n    run: true\n`))).toBe(false);
  });

  it("runs only scripts that exist", () => {
    const called = [...text.matchAll(/npm run ([\w-]+)/g)].map((match) => match[1]);
    expect(called.length).toBeGreaterThan(3);
    for (const name of called) expect(scripts).toHaveProperty(name ?? "");
  });

  it("deploys the built folder as a function app under the name that the app is tagged with", () => {
    const { services } = parse(text);
    expect(services.app).toMatchObject({ project: "./dist/app", host: "function" });
    expect(readFileSync("infra/app/function-app.bicep", "utf8")).toContain(
      "'azd-service-name': 'app'",
    );
  });
});
