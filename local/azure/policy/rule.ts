import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Resource } from "../store.ts";
import { fieldValue, type Item } from "./fields.ts";

/** What a rule is judged on. */
export interface RuleContext {
  readonly resource: Resource;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly item?: Item | null;
  /** Takes note of each condition looked at, as `$expand=PolicyEvaluationDetails` shows them. */
  readonly note?: (expression: JsonObject) => void;
}

/** A rule that uses something this evaluator does not know: it has no verdict. */
export class UnreadableRule extends Error {}

type Test = (value: Json | undefined, wanted: Json) => boolean;

const tests: Readonly<Record<string, Test>> = {
  equals: sameText,
  notEquals: (value, wanted) => !sameText(value, wanted),
  in: (value, wanted) => listOf(wanted).some((one) => sameText(value, one)),
  notIn: (value, wanted) => !listOf(wanted).some((one) => sameText(value, one)),
  exists: (value, wanted) => (value !== undefined && value !== null) === isTrue(wanted),
  like: (value, wanted) => pattern(wanted).test(textOf(value)),
  notLike: (value, wanted) => !pattern(wanted).test(textOf(value)),
  contains: (value, wanted) => textOf(value).toLowerCase().includes(textOf(wanted).toLowerCase()),
  notContains: (value, wanted) =>
    !textOf(value).toLowerCase().includes(textOf(wanted).toLowerCase()),
  greater: (value, wanted) => Number(value) > Number(wanted),
  greaterOrEquals: (value, wanted) => Number(value) >= Number(wanted),
  less: (value, wanted) => Number(value) < Number(wanted),
  lessOrEquals: (value, wanted) => Number(value) <= Number(wanted),
};

const missingIsTrue: ReadonlySet<string> = new Set([
  "notEquals",
  "notIn",
  "notLike",
  "notContains",
]);

/** Judges a condition of a policy rule. Throws UnreadableRule. */
export function holds(condition: Json | undefined, context: RuleContext): boolean {
  if (!isObject(condition)) throw new UnreadableRule("a condition is an object");
  const { allOf, anyOf, not, count, field, value } = condition as Record<string, Json | undefined>;
  if (allOf !== undefined) return listOf(allOf).every((one) => holds(one, context));
  if (anyOf !== undefined) return listOf(anyOf).some((one) => holds(one, context));
  if (not !== undefined) return !holds(not, context);
  if (count !== undefined) return leaf(condition, countOf(count, context), context);
  if (typeof field === "string") {
    return leaf(condition, fieldValue(context.resource, field, context.item), context);
  }
  if (value !== undefined) return leaf(condition, resolved(value, context), context);
  throw new UnreadableRule(`a condition with ${Object.keys(condition).join(", ")}`);
}

/** Whether a rule is about this resource at all: judged on type, name, kind and location only. */
export function isAbout(condition: Json | undefined, context: RuleContext): boolean {
  if (!isObject(condition)) return true;
  const { allOf, anyOf, not, field } = condition as Record<string, Json | undefined>;
  if (allOf !== undefined) return listOf(allOf).every((one) => isAbout(one, context));
  if (anyOf !== undefined) return listOf(anyOf).some((one) => isAbout(one, context));
  if (not !== undefined) return !namesOnly(not) || !holds(not, context);
  return typeof field !== "string" || !isNameField(field) || holds(condition, context);
}

function isNameField(field: string): boolean {
  return ["type", "name", "kind", "location"].includes(field.toLowerCase());
}

function namesOnly(condition: Json): boolean {
  if (!isObject(condition)) return false;
  const { field } = condition as Record<string, Json | undefined>;
  return typeof field === "string" && isNameField(field);
}

function leaf(condition: JsonObject, value: Json | undefined, context: RuleContext): boolean {
  const operator = Object.keys(tests).find((name) => condition[name] !== undefined);
  const test = operator === undefined ? undefined : tests[operator];
  if (operator === undefined || !test) {
    throw new UnreadableRule(`a condition with ${Object.keys(condition).join(", ")}`);
  }
  const wanted = resolved(condition[operator] ?? null, context);
  const field = condition["field"];
  const result =
    typeof field === "string" && field.includes("[*]") && Array.isArray(value)
      ? value.every((one: Json) => test(one, wanted))
      : value === undefined && missingIsTrue.has(operator)
        ? true
        : test(value, wanted);
  context.note?.(expressionOf({ condition, operator, value, wanted, result }));
  return result;
}

function expressionOf(seen: {
  condition: JsonObject;
  operator: string;
  value: Json | undefined;
  wanted: Json;
  result: boolean;
}): JsonObject {
  const { condition, operator, value, wanted, result } = seen;
  const field = condition["field"];
  const isField = typeof field === "string";
  return {
    result: result ? "True" : "False",
    expressionKind: isField ? "Field" : "Value",
    expression: isField ? field : JSON.stringify(condition["value"] ?? condition["count"] ?? null),
    ...(isField ? { path: field } : {}),
    ...(value === undefined ? {} : { expressionValue: value }),
    targetValue: wanted,
    operator: operator.charAt(0).toUpperCase() + operator.slice(1),
  };
}

function countOf(count: Json, context: RuleContext): number {
  if (!isObject(count) || typeof count["field"] !== "string") {
    throw new UnreadableRule("count takes a field");
  }
  const field = count["field"];
  const all = fieldValue(context.resource, field, context.item);
  const where = count["where"];
  const items = Array.isArray(all) ? (all as readonly Json[]) : [];
  if (where === undefined) return items.length;
  const prefix = field.toLowerCase();
  return items.filter((value) => holds(where, { ...context, item: { prefix, value } })).length;
}

/** A value with `[parameters('x')]` filled in. Throws UnreadableRule for any other expression. */
export function resolved(value: Json, { parameters }: Pick<RuleContext, "parameters">): Json {
  if (typeof value !== "string" || !value.startsWith("[") || value.startsWith("[[")) return value;
  const name = /^\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]$/i.exec(value)?.[1];
  const found = name === undefined ? undefined : parameterOf(parameters, name);
  if (found === undefined) throw new UnreadableRule(`the expression ${value}`);
  return found;
}

function parameterOf(parameters: Readonly<Record<string, Json>>, name: string): Json | undefined {
  const key = Object.keys(parameters).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : parameters[key];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function sameText(value: Json | undefined, wanted: Json): boolean {
  return value !== undefined && textOf(value).toLowerCase() === textOf(wanted).toLowerCase();
}

function isTrue(value: Json): boolean {
  return textOf(value).toLowerCase() === "true";
}

function pattern(wanted: Json): RegExp {
  const escaped = textOf(wanted).replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*")}$`, "i");
}
