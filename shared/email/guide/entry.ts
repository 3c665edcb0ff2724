import type { PlanTarget } from "../../domain/defender-plan.ts";
import type { Severity } from "../../domain/policy.ts";
import type { Target } from "../target.ts";
import type { Place } from "../workloads.ts";

/** Where a finding is put right for good. */
export type Source = "manifest" | "image" | "cluster" | "registry" | "subscription";

/** How to fix one finding, with the real names in it. */
export interface GuideEntry {
  readonly title: string;
  readonly severity: Severity;
  /** One line: why it matters. */
  readonly why: string;
  readonly source: Source;
  readonly change: readonly Change[];
  /** What the change itself brings along, such as a restart; null = nothing worth a line. */
  readonly effect: string | null;
  /** Commands that only read. */
  readonly check: readonly string[];
  /** What we cannot see and its owner must know. */
  readonly unseen: string | null;
}

/** One way to make the change: lines to copy, or sentences. */
export interface Change {
  readonly label: "Change" | "az" | "Terraform" | "Bicep";
  readonly lines: readonly string[];
  readonly prose: boolean;
}

/** What an entry is filled in with. */
export interface GuideContext extends Target {
  readonly place: Place;
  /** Name of the assignment that found it; untrusted. */
  readonly assignment: string | null;
  /** The finding's own words; untrusted. */
  readonly title: string;
  /** What the Defender plan of the finding shall become, as far as the finding says. */
  readonly plan?: PlanTarget | undefined;
}

/** An entry before the names are filled in. */
export interface Recipe {
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly source: Source;
  readonly change: (context: GuideContext) => readonly Change[];
  readonly effect?: string;
  readonly check: (context: GuideContext) => readonly string[];
  readonly unseen?: string;
}

/** Entries by the lower-case GUID of the definition. */
export type Recipes = Readonly<Record<string, Recipe>>;

/** Lines to copy into a manifest or chart. */
export const yaml = (...lines: readonly string[]): Change => ({
  label: "Change",
  lines,
  prose: false,
});

/** What to change, in words. */
export const words = (...lines: readonly string[]): Change => ({
  label: "Change",
  lines,
  prose: true,
});

/** The same change for a template: a Terraform line and a Bicep line. */
export function inTemplates(terraform: string | null, bicep: string | null): readonly Change[] {
  const change = (label: Change["label"], line: string | null): readonly Change[] =>
    line ? [{ label, lines: [line], prose: false }] : [];
  return [...change("Terraform", terraform), ...change("Bicep", bicep)];
}

/** Commands of the Azure CLI. */
export const az = (...lines: readonly string[]): Change => ({ label: "az", lines, prose: false });

/** Fills an entry in. */
export const filled = (recipe: Recipe, context: GuideContext): GuideEntry => ({
  title: recipe.title,
  severity: recipe.severity,
  why: recipe.why,
  source: recipe.source,
  change: recipe.change(context),
  effect: recipe.effect ?? null,
  check: recipe.check(context),
  unseen: recipe.unseen ?? null,
});
