import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const template = readFileSync("infra/main.bicep", "utf8");
const { parameters } = JSON.parse(readFileSync("infra/main.parameters.json", "utf8")) as {
  parameters: Record<string, { value: string }>;
};
const declared = [...template.matchAll(/^param (\w+) (\w+)(.*)$/gm)].map(
  ([, name = "", type = "", rest = ""]) => ({ name, type, hasDefault: rest.includes("=") }),
);

describe("parameters of the deployment", () => {
  it("are all set from the azd environment, and nothing else is", () => {
    expect(Object.keys(parameters).sort()).toEqual(declared.map(({ name }) => name).sort());
    for (const { value } of Object.values(parameters)) expect(value).toMatch(/^\$\{\w+(=\S*)?\}$/);
  });

  /** azd asks for what has neither a value nor a default, before any hook runs. */
  it("let azd ask for its own two, the scope and the operators' address, and for nothing else", () => {
    const asked = declared.filter(
      ({ name, hasDefault }) => !hasDefault && !/=.+\}$/.test(parameters[name]?.value ?? ""),
    );
    expect(asked.map(({ name }) => name)).toEqual([
      "environmentName",
      "location",
      "operatorsAddress",
      "watchedScope",
    ]);
  });

  /** azd puts values into the file as they are: a quote in one would break the file. */
  it("are values that need no quotes inside", () => {
    for (const { type } of declared) expect(type).toMatch(/^(string|int|bool)$/);
    expect(template).not.toContain("json(");
  });

  it("begin with what changes nothing", () => {
    expect(parameters["stage"]?.value).toMatch(/=watch\}$/);
    expect(parameters["level"]?.value).toMatch(/=observe\}$/);
    expect(template).toContain("param stage string = 'watch'");
    expect(template).toContain("param level string = 'observe'");
  });

  it("are checked, each that is not free text", () => {
    const free = ["location", "mailDomain", "existingResourceTopics", "existingPolicyTopics"];
    const bounded = declared.filter(({ name, type }) => type !== "bool" && !free.includes(name));
    for (const { name } of bounded) {
      const above = template.slice(0, template.indexOf(`param ${name} `)).trimEnd();
      const checks = /(?:@\w+\(.*\)\n?)+$/.exec(above)?.[0] ?? "";
      expect(checks, name).toMatch(/@(allowed|minLength|maxLength|minValue|maxValue)\(/);
    }
  });
});
