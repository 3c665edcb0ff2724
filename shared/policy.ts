import type { z } from "zod";
import { may } from "./decisions/stage.ts";
import { keyOf } from "./domain/key.ts";
import type { Mistake } from "./domain/mistake.ts";
import {
  type Exemption,
  type GuardrailPolicy,
  longestExemptionDays,
  type Stage,
  severities,
} from "./domain/policy.ts";
import { ExemptionSchema, PolicySchema } from "./policy-schema.ts";

/** A policy with its hash, or everything that is wrong with the file. */
export type PolicyReading =
  | { readonly kind: "ok"; readonly policy: GuardrailPolicy; readonly hash: string }
  | { readonly kind: "invalid"; readonly mistakes: readonly Mistake[] };

/**
 * Reads the text of `guardrail.json`. `now` (ISO) is the day from which exemptions count: one that
 * reaches too far ahead is a mistake, one that is over is not.
 */
export function readPolicy(text: string, now: string): PolicyReading {
  const json = parseJson(text);
  if (json.kind === "invalid") return json;
  const parsed = PolicySchema.safeParse(json.value, readOnce);
  if (!parsed.success) {
    return { kind: "invalid", mistakes: parsed.error.issues.flatMap(mistakesIn(PolicySchema)) };
  }
  const { $schema: _, ...policy } = parsed.data;
  const mistakes = contradictions(policy, now);
  return mistakes.length > 0
    ? { kind: "invalid", mistakes }
    : { kind: "ok", policy, hash: policyHash(policy, []) };
}

/** What an operator sent, or all that is wrong with it, by path below `root`. */
export type Sent<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "invalid"; readonly mistakes: readonly Mistake[] };

/**
 * Reads one exemption that an operator sends: the rules are those of the file, and one that is over
 * is a mistake too. `now` is an ISO time.
 */
export function readExemption(value: unknown, root: string, now: string): Sent<Exemption> {
  const sent = readSent(ExemptionSchema, value, root);
  if (sent.kind === "invalid") return sent;
  const path = `${root}.until`;
  const today = now.slice(0, 10);
  const mistake =
    sent.value.until < today
      ? { path, message: `write a day from ${today} on: this one is over` }
      : tooFarAhead(sent.value, { path, now });
  return mistake ? { kind: "invalid", mistakes: [mistake] } : sent;
}

/** Reads which exemption an operator means. */
export const readExemptionName = (
  value: unknown,
  root: string,
): Sent<Pick<Exemption, "scope" | "rule">> =>
  readSent(ExemptionSchema.pick({ scope: true, rule: true }), value, root);

function readSent<T>(schema: z.ZodType<T>, value: unknown, root: string): Sent<T> {
  const parsed = schema.safeParse(value, readOnce);
  if (parsed.success) return { kind: "ok", value: parsed.data };
  return { kind: "invalid", mistakes: parsed.error.issues.flatMap(mistakesIn(schema, root)) };
}

/** The hash of a policy and the exemptions that were added to it; the order of keys does not count. */
export function policyHash(policy: GuardrailPolicy, extra: readonly Exemption[]): string {
  return keyOf(canonical(withExemptions(policy, extra)));
}

/** The policy with exemptions that did not come from the file. */
export function withExemptions(
  policy: GuardrailPolicy,
  extra: readonly Exemption[],
): GuardrailPolicy {
  const order = (one: Exemption): string => `${one.scope.toLowerCase()} ${one.rule} ${one.until}`;
  const exemptions = [...policy.exemptions, ...extra].sort((one, other) =>
    order(one).localeCompare(order(other)),
  );
  return { ...policy, exemptions };
}

/** What the mail rules lack for a stage: nothing may be mailed to owners without it. */
export function mailMistakes(policy: GuardrailPolicy, stage: Stage): readonly Mistake[] {
  if (!may(stage).mail) return [];
  const { from, replyTo, aboutUrl, ownerDomains } = policy.mail;
  const needed = `the stage ${stage} mails owners`;
  return [
    ...(from ? [] : [{ path: "mail.from", message: `write the sender's address: ${needed}` }]),
    ...(replyTo
      ? []
      : [{ path: "mail.replyTo", message: `write the address that takes answers: ${needed}` }]),
    ...(aboutUrl
      ? []
      : [
          {
            path: "mail.aboutUrl",
            message: `write the page that explains the guardrail: ${needed}`,
          },
        ]),
    ...(ownerDomains.length > 0
      ? []
      : [
          {
            path: "mail.ownerDomains",
            message: `write the domains that mail may go to: ${needed}, and tags that name them can be written by many`,
          },
        ]),
  ];
}

function contradictions(policy: GuardrailPolicy, now: string): Mistake[] {
  const { rules, alerts, scope, mail, keep } = policy;
  const mistakes: Mistake[] = policy.exemptions.flatMap(
    (exemption, index) => tooFarAhead(exemption, { path: `exemptions.${index}.until`, now }) ?? [],
  );
  if (rules.sensor.mode === "enforce" && rules.sensor.workspaceId === null) {
    mistakes.push({
      path: "rules.sensor.workspaceId",
      message: 'write the id of a workspace, or set rules.sensor.mode to "observe"',
    });
  }
  for (const name of Object.keys(rules.plans.baseline)) {
    const message = notForBaseline(name);
    if (message) mistakes.push({ path: `rules.plans.baseline.${name}`, message });
  }
  if (severities.indexOf(alerts.urgentFrom) < severities.indexOf(alerts.tellFrom)) {
    mistakes.push({
      path: "alerts.urgentFrom",
      message: "write a severity that is not below alerts.tellFrom",
    });
  }
  // What was told is kept until it is repeated, which can take a week longer where mail has one day.
  const shortest = mail.remindAfterDays + 7;
  if (keep.casesDays < shortest) {
    mistakes.push({
      path: "keep.casesDays",
      message: `write ${shortest} or more: mail.remindAfterDays and a week, or reminders would end`,
    });
  }
  mistakes.push(...foreignOwners(policy));
  for (const [index, id] of scope.subscriptions.entries()) {
    if (scope.exclude.some((other) => other.toLowerCase() === id.toLowerCase())) {
      mistakes.push({
        path: `scope.subscriptions.${index}`,
        message: "is excluded as well: take it out of one of the two lists",
      });
    }
  }
  return mistakes;
}

/** Plans that Azure replaced by another; it lets nobody switch them on again. */
const retiredPlans: Readonly<Record<string, string>> = {
  kubernetesservice: "Containers",
  containerregistry: "Containers",
  dns: "VirtualMachines",
};

function notForBaseline(name: string): string | null {
  const replacement = retiredPlans[name.toLowerCase()];
  if (replacement) return `is retired: take it out, ${replacement} replaces it`;
  return name.toLowerCase() === "virtualmachines"
    ? "has a rule of its own: take it out and set rules.servers"
    : null;
}

/** Owners of repositories come from the same domains as those that tags name. */
function foreignOwners({ owners, mail }: GuardrailPolicy): Mistake[] {
  const domains = mail.ownerDomains.map((domain) => domain.toLowerCase());
  if (domains.length === 0) return [];
  return owners.repositories.flatMap(({ to }, index) =>
    to.flatMap((address, place) =>
      domains.includes(address.slice(address.lastIndexOf("@") + 1).toLowerCase())
        ? []
        : [
            {
              path: `owners.repositories.${index}.to.${place}`,
              message: "write an address of one of the domains in mail.ownerDomains",
            },
          ],
    ),
  );
}

function tooFarAhead(
  exemption: Exemption,
  { path, now }: { readonly path: string; readonly now: string },
): Mistake | null {
  const last = new Date(Date.parse(now) + longestExemptionDays * 86_400_000);
  const lastDay = last.toISOString().slice(0, 10);
  if (exemption.until <= lastDay) return null;
  return {
    path,
    message: `write a day up to ${lastDay}: an exemption lasts at most ${longestExemptionDays} days and can be renewed`,
  };
}

function parseJson(
  text: string,
): { kind: "ok"; value: unknown } | Extract<PolicyReading, { kind: "invalid" }> {
  try {
    return { kind: "ok", value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    const what = error instanceof Error ? error.message : "not JSON";
    const message = `write valid JSON, without comments: ${what.slice(0, 200)}`;
    return { kind: "invalid", mistakes: [{ path: "(file)", message }] };
  }
}

/** zod says "expected X, received undefined" of a key that is not there; people need its fix. */
function missingKey(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === "invalid_type" && issue.input === undefined
    ? "is missing: write it"
    : undefined;
}

/** Without it zod compiles each schema to code, which pays from the second value on. */
const readOnce = { error: missingKey, jitless: true };

type Issue = z.core.$ZodIssue;

/** The mistakes behind an issue, by path below `root`; of a file there is nothing above. */
const mistakesIn =
  (schema: unknown, root?: string) =>
  (issue: Issue): Mistake[] => {
    const pathOf = (names: readonly PropertyKey[]) =>
      [...(root ? [root] : []), ...names.map(String)].join(".") || "(file)";
    if (issue.code !== "unrecognized_keys") {
      const isWhole = issue.path.length === 0 && issue.code === "invalid_type";
      const message = isWhole ? "write a JSON object" : issue.message;
      return [{ path: pathOf(issue.path), message }];
    }
    return issue.keys.map((key) => {
      const known = namesAt(schema, issue.path);
      const near = nearest(key, known);
      const hint = near ? `did you mean "${near}"?` : `known here: ${known.join(", ")}`;
      return {
        path: pathOf([...issue.path, key.slice(0, 100)]),
        message: `is not known: ${hint} Take it out otherwise`,
      };
    });
  };

/** The keys that a schema knows at a path. */
function namesAt(whole: unknown, path: readonly PropertyKey[]): readonly string[] {
  let schema = whole;
  for (const key of path) schema = stepInto(schema, key);
  const { shape } = withoutDefault(schema) as { shape?: Record<string, unknown> };
  return shape ? Object.keys(shape).filter((name) => name !== "$schema") : [];
}

function stepInto(schema: unknown, key: PropertyKey): unknown {
  const { shape, element, valueType } = withoutDefault(schema) as {
    shape?: Record<PropertyKey, unknown>;
    element?: unknown;
    valueType?: unknown;
  };
  return shape?.[key] ?? element ?? valueType;
}

/** The schema of a value, whether it may be left out or not. */
function withoutDefault(schema: unknown): object {
  const { def } = (schema ?? {}) as { def?: { type?: string; innerType?: unknown } };
  return ((def?.type === "default" ? def.innerType : schema) ?? {}) as object;
}

function nearest(key: string, known: readonly string[]): string | null {
  const scored = known
    .map((name) => ({ name, distance: distanceOf(key.toLowerCase(), name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = scored;
  return best && best.distance <= Math.max(2, key.length / 3) ? best.name : null;
}

/** How many letters must be changed, put in or taken out to make one word the other. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [line, letter] of [...one].entries()) {
    let left = line + 1;
    row = row.map((above, place) => {
      if (place === 0) return left;
      const diagonal = row[place - 1] ?? 0;
      left = Math.min(above + 1, left + 1, diagonal + (letter === other[place - 1] ? 0 : 1));
      return left;
    });
  }
  return row.at(-1) ?? 0;
}

/** JSON with its keys in order, so that equal policies have equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
