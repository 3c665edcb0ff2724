import { readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const schema = JSON.parse(readFileSync("test/fixtures/schemas/azure.yaml.json", "utf8"));
const { main, scripts } = JSON.parse(readFileSync("package.json", "utf8"));

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
  const { services, workflows, hooks } = parse(text);

  it("is what azd's schema asks for", () => {
    const validate = validator();
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  it("has no key that azd would pass over", () => {
    const { services: known } = schema.properties;
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(Object.keys(parse(text))),
    );
    const ofService = Object.keys(known.additionalProperties.properties);
    expect(ofService).toEqual(expect.arrayContaining(Object.keys(services.app)));
  });

  it("would fail with a hook that azd does not know", () => {
    expect(validator()(parse(`${text}  postponed:\n    shell: sh\n    run: true\n`))).toBe(false);
  });

  it("runs only scripts that exist", () => {
    const called = [...text.matchAll(/npm(?:\.cmd)? run --silent ([\w-]+)/g)].map(
      ([, name]) => name,
    );
    expect(called.length).toBeGreaterThan(3);
    for (const name of called) expect(scripts).toHaveProperty(name ?? "");
  });

  it("has every hook for both kinds of machine, and lets people see what it prints", () => {
    expect(Object.keys(hooks)).toEqual(["preprovision", "predeploy", "postdeploy"]);
    for (const { posix, windows } of Object.values<Record<string, object>>(hooks)) {
      expect(posix).toMatchObject({ shell: "sh", interactive: true });
      expect(windows).toMatchObject({ shell: "pwsh", interactive: true });
    }
  });

  it("deploys what the build wrote, as it stands, to the app that carries the service's tag", () => {
    expect(services.app).toMatchObject({
      project: ".",
      dist: "dist/app",
      language: "js",
      host: "function",
      remoteBuild: false,
    });
    expect(scripts).toHaveProperty("build");
    expect(main).toBe(`${services.app.dist}/index.cjs`);
    expect(readFileSync("infra/app/function-app.bicep", "utf8")).toContain(
      "'azd-service-name': 'app'",
    );
  });

  it("names the app's resource group, since other groups carry the environment's tag too", () => {
    const output = /\$\{(\w+)\}/.exec(services.app.resourceGroup)?.[1];
    expect(readFileSync("infra/main.bicep", "utf8")).toContain(
      `output ${output} string = group.name`,
    );
  });

  it("packages after the preprovision hook has installed what the build needs", () => {
    expect(workflows.up.steps).toEqual([{ azd: "provision" }, { azd: "deploy --all" }]);
  });
});
