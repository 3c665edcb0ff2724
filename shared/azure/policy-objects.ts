import * as z from "zod";
import { builtinDefinition } from "../domain/builtin-definitions.ts";
import { isHarmless } from "../domain/policy-assignment.ts";

const Parameters = z
  .record(
    z.string(),
    z.looseObject({ value: z.unknown().optional(), defaultValue: z.unknown().optional() }),
  )
  .nullish();

/** Values of parameters, or defaults of declared ones. */
export type Parameters = z.output<typeof Parameters>;

const Override = z.looseObject({
  kind: z.string().nullish(),
  value: z.unknown().optional(),
  selectors: z
    .array(
      z.looseObject({
        kind: z.string().nullish(),
        in: z.array(z.string()).nullish(),
        notIn: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

/** An assignment, as Resource Graph shows it. */
export const Assignment = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string().nullish(),
  definitionId: z.string(),
  enforcementMode: z.string().nullish(),
  notScopes: z.array(z.string()).nullish(),
  parameters: Parameters,
  overrides: z.array(Override).nullish(),
});

/** An assignment, as Resource Graph shows it. */
export type Assignment = z.output<typeof Assignment>;

const Member = z.looseObject({
  policyDefinitionId: z.string(),
  policyDefinitionReferenceId: z.string().nullish(),
  parameters: Parameters,
});

/** A definition that a set holds, with the values the set gives it. */
export type Member = z.output<typeof Member>;

/** A set of definitions (an initiative). */
export const SetDefinition = z.object({
  id: z.string(),
  parameters: Parameters,
  policyDefinitions: z.array(Member).nullish(),
});

/** A set of definitions (an initiative). */
export type SetDefinition = z.output<typeof SetDefinition>;

/** A definition: its mode says where it judges, its effect what it does. */
export const Definition = z.object({
  id: z.string(),
  mode: z.string().nullish(),
  effect: z.string().nullish(),
  parameters: Parameters,
});

/** A definition: its mode says where it judges, its effect what it does. */
export type Definition = z.output<typeof Definition>;

/** Where the values come from that decide the effect, the strongest first. */
export interface EffectSources {
  readonly assignment: Assignment;
  readonly set: SetDefinition | null;
  readonly member: Member | null;
  readonly definition: Definition | null;
  readonly definitionId: string;
}

const reference = /^\[parameters\('([^']+)'\)\]$/i;

/**
 * What a definition does under an assignment, in lower case; `unknown` when an expression, a missing
 * definition, or an override that may hold and is not harmless hides it.
 */
export function effectiveEffect(sources: EffectSources): string {
  const { assignment, member } = sources;
  const overrides = (assignment.overrides ?? []).filter(
    ({ kind }) => kind?.toLowerCase() === "policyeffect",
  );
  return overrides.reduceRight((otherwise, { value, selectors }) => {
    const holds = (selectors ?? []).map((selector) => selects(selector, member));
    if (holds.includes("no")) return otherwise;
    const effect = asEffect(value);
    if (!holds.includes("unknown") || effect === otherwise) return effect;
    return isHarmless(effect) ? otherwise : "unknown";
  }, assignedEffect(sources));
}

function assignedEffect(sources: EffectSources): string {
  const { definition, definitionId } = sources;
  const builtin = builtinDefinition(definitionId);
  const written = definition?.effect ?? (builtin ? "[parameters('effect')]" : null);
  if (written === null) return "unknown";
  const name = reference.exec(written)?.[1];
  if (name === undefined) return asEffect(written);
  const given = valueFor(name, sources);
  const value =
    given === undefined
      ? (lookUp(definition?.parameters, name)?.defaultValue ?? builtin?.defaultEffect)
      : given;
  return asEffect(value);
}

const asEffect = (value: unknown): string =>
  typeof value === "string" && !value.startsWith("[") ? value.toLowerCase() : "unknown";

function valueFor(name: string, { assignment, set, member }: EffectSources): unknown {
  if (!set) return lookUp(assignment.parameters, name)?.value;
  const given = lookUp(member?.parameters, name)?.value;
  if (typeof given !== "string") return given;
  const outer = reference.exec(given)?.[1];
  if (outer === undefined) return given;
  const fallback = lookUp(set.parameters, outer)?.defaultValue;
  return lookUp(assignment.parameters, outer)?.value ?? fallback ?? "[unknown]";
}

type Selector = NonNullable<z.output<typeof Override>["selectors"]>[number];

/** Whether a selector picks the member; by place or type of the resource cannot be told here. */
function selects({ kind, in: only, notIn }: Selector, member: Member | null) {
  const name = member?.policyDefinitionReferenceId?.toLowerCase();
  const names = (only ?? notIn)?.map((one) => one.toLowerCase());
  if (kind?.toLowerCase() !== "policydefinitionreferenceid" || !name || !names) return "unknown";
  return names.includes(name) === Boolean(only) ? "yes" : "no";
}

function lookUp(parameters: Parameters, name: string) {
  const wanted = name.toLowerCase();
  return Object.entries(parameters ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/**
 * Whether a definition judges inside clusters. One that cannot be read may: what it would do there
 * is not known, and a decision must not take that for harmless.
 */
export function layerOf(id: string, definition: Definition | null): "in-cluster" | "resource" {
  if (!definition?.mode) return builtinDefinition(id)?.layer ?? "in-cluster";
  return isInClusterMode(definition.mode) ? "in-cluster" : "resource";
}

/** Whether a definition of this mode judges what runs inside clusters. */
export const isInClusterMode = (mode: string): boolean =>
  /^microsoft\.(kubernetes|containerservice)\.data$/i.test(mode);
