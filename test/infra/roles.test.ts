import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { levels, readGrantedActions } from "../../local/proof/role-levels.ts";

const read = (path: string): string => readFileSync(path, "utf8");

/** Templates that give the guardrail rights on what it watches. */
const granting = ["infra/rollout/management-group.bicep", "infra/spoke/roles.bicep"];

/** Built-in roles that identities of the deployment get on the deployment's own resources. */
const onOwnResources = [
  "infra/app/event-hub.bicep",
  "infra/app/mail.bicep",
  "infra/app/monitoring.bicep",
  "infra/app/storage.bicep",
  "infra/spoke/dead-letter-role.bicep",
];

/** Assigns roles to the identities of policies that bring new subscriptions in, never to the app's. */
const toPolicies = "infra/rollout/new-subscriptions.bicep";

it.each(granting)("%s grants what the role data lists, level on top of level", (file) => {
  const text = read(file);
  const levelled = /var levels = (\{[\s\S]*?\n\})/.exec(text)?.[1] ?? "";
  const loads = (level: string): string[] => {
    const list = new RegExp(`\\b${level}: \\[([^\\]]*)\\]`).exec(levelled)?.[1] ?? "";
    return [...list.matchAll(/loadJsonContent\('([^']+)'\)/g)].map(([, path]) => path ?? "");
  };
  levels.forEach((level, index) => {
    const files = levels.slice(0, index + 1).map((one) => `../roles/${one}.json`);
    expect(loads(level)).toEqual(files);
  });
  const granted = [...text.matchAll(/\b(?:actions|dataActions|notActions): ([^\n}]*)/g)];
  expect(granted.map(([, value]) => value?.trim())).toEqual([
    "map(role.actions, entry => entry.action)",
  ]);
  expect(text).not.toMatch(/dataActions|notActions|roleDefinitionId: (?!definitions\[index\]\.id)/);
});

it("is granted by nothing else", () => {
  const files = globSync("infra/**/*.bicep").map((file) => file.replaceAll("\\", "/"));
  const defining = files.filter((file) => /roleDefinitions@/.test(read(file))).sort();
  expect(defining).toEqual(granting);
  const assigning = files.filter((file) => /roleAssignments@/.test(read(file))).sort();
  expect(assigning).toEqual([...granting, ...onOwnResources, toPolicies].sort());
  expect(read(toPolicies)).not.toMatch(/principalId: principalId\b/);
});

it.each(onOwnResources)("%s assigns its role on one resource of its own", (file) => {
  const text = read(file);
  expect(text).not.toMatch(/targetScope = '(subscription|managementGroup|tenant)'/);
  const assignments = text
    .split(/resource \w+ 'Microsoft\.Authorization\/roleAssignments@/)
    .slice(1);
  for (const assignment of assignments) expect(assignment).toMatch(/\n {2,4}scope: [\w:]+\n/);
});

it("names each action once, with its reason and without wildcards", () => {
  const granted = readGrantedActions();
  const names = granted.map(({ action }) => action.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  for (const { action, why } of granted) {
    expect(action).not.toContain("*");
    expect(why.length).toBeGreaterThan(10);
  }
});

it("writes nothing at the level observe", () => {
  const observing = readGrantedActions().filter(({ level }) => level === "observe");
  const acting = observing.filter(({ action }) => !action.endsWith("/read"));
  expect(acting.map(({ action }) => action)).toEqual([
    "Microsoft.PolicyInsights/policyStates/queryResults/action",
  ]);
});
