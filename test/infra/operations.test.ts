import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("docs/operations.md", "utf8");
const template = readFileSync("infra/main.bicep", "utf8");
const { parameters } = JSON.parse(readFileSync("infra/main.parameters.json", "utf8")) as {
  parameters: Record<string, { value: string }>;
};
const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
const settings = Object.values(parameters).map(({ value }) => /\w+/.exec(value)?.[0] ?? "");
const outputs = [...template.matchAll(/^output (\w+)/gm)].map(([, name = ""]) => name);

/** Set by the hooks or by azd, not by people. */
const notByHand = [
  "AZURE_ENV_NAME",
  "AZURE_LOCATION",
  "GUARDRAIL_AUTH_CLIENT_ID",
  "GUARDRAIL_SECURITY_PROVIDER_ID",
];

const all = (pattern: RegExp): string[] => [
  ...new Set([...page.matchAll(pattern)].map(([, found = ""]) => found)),
];

describe("docs/operations.md", () => {
  it("names settings and outputs that there are", () => {
    const names = all(/\b((?:GUARDRAIL|AZURE)_[A-Z_]+)\b/g);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => ![...settings, ...outputs].includes(name))).toEqual([]);
  });

  it("tells of every setting that people can make", () => {
    const told = all(/`(GUARDRAIL_[A-Z_]+)/g).concat(all(/azd env set (GUARDRAIL_[A-Z_]+)/g));
    const missing = settings.filter((name) => ![...notByHand, ...told].includes(name));
    expect(missing).toEqual([]);
  });

  it("runs scripts that there are", () => {
    const names = all(/npm run ([\w-]+)/g);
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect(scripts).toHaveProperty(name);
  });

  it("calls requests that the app answers", () => {
    const sources = globSync("functions/triggers/http/*.ts").map((file) =>
      readFileSync(file, "utf8"),
    );
    const routes = sources.flatMap((source) =>
      [...source.matchAll(/route: "([^"]+)",\s+methods: \[([^\]]+)\]/g)].flatMap(
        ([, route = "", methods = ""]) =>
          [...methods.matchAll(/"(\w+)"/g)].map(([, method]) => `${method} /api/${route}`),
      ),
    );
    const called = all(/((?:GET|POST|DELETE) \/api\/[\w/{}]+)/g);
    expect(called.length).toBeGreaterThan(8);
    expect(called.filter((request) => !routes.includes(request))).toEqual([]);
  });

  it("names files and roles that there are", () => {
    const files = all(/(infra\/[\w./-]+\.bicep)/g);
    expect(files.filter((file) => globSync(file).length === 0)).toEqual([]);
    for (const file of globSync("infra/roles/*.json")) {
      expect(page).toContain(JSON.parse(readFileSync(file, "utf8")).roleName);
    }
  });

  it("leads from each alert to what helps", () => {
    const rules = [
      ["infra/app/alert-rules.bicep", /^ {4}(?:title|description): '(.+?)(?::|\.?'$)/gm],
      ["infra/spoke/event-subscription.bicep", /^ {6}description: '(.+?) to Container/gm],
    ] as const;
    const titles = rules.flatMap(([file, title]) =>
      [...readFileSync(file, "utf8").matchAll(title)].map(([, found = ""]) =>
        found.replaceAll("\\'", "'"),
      ),
    );
    expect(titles).toHaveLength(9);
    for (const title of titles) expect(page).toContain(`alert "${title}"`);
  });

  it("links to headings that there are", () => {
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const link of all(/\]\(#([\w-]+)\)/g)) expect(anchors).toContain(link);
  });
});
