import type { Severity } from "../domain/policy.ts";
import { addonRecipe, clusterRecipes, sensorRecipe } from "./guide/cluster.ts";
import {
  filled,
  type GuideContext,
  type GuideEntry,
  type Recipe,
  type Recipes,
} from "./guide/entry.ts";
import { exportRecipes } from "./guide/exports.ts";
import { genericRecipe } from "./guide/generic.ts";
import { imageRecipes } from "./guide/images.ts";
import { objectRecipes } from "./guide/objects.ts";
import { legacyRecipe, planRecipe, planRecipes } from "./guide/plans.ts";
import { podRecipes } from "./guide/pods.ts";
import { registryRecipes } from "./guide/registry.ts";
import { line } from "./plain.ts";

export type { GuideContext, GuideEntry } from "./guide/entry.ts";

const recipes: Recipes = {
  ...clusterRecipes,
  ...podRecipes,
  ...objectRecipes,
  ...imageRecipes,
  ...registryRecipes,
  ...planRecipes,
  ...exportRecipes,
};

/** How to fix what a definition found, by its GUID or id; a general entry for those we do not know. */
export function guideFor(definition: string | null, context: GuideContext): GuideEntry {
  return filled(recipeOf(definition) ?? genericRecipe(definition, context), context);
}

/** As `guideFor`, for a finding that no policy made, by its key: `addon`, `sensor`, `plan:Containers`. */
export function guideForKey(key: string, context: GuideContext): GuideEntry {
  if (key === "addon") return filled(addonRecipe, context);
  if (key === "sensor") return filled(sensorRecipe, context);
  const title = line(context.title, 300);
  if (key === "legacy-plans") return filled(legacyRecipe(title), context);
  if (key.startsWith("plan:")) {
    return filled(planRecipe(key.slice("plan:".length), title, context.plan), context);
  }
  return filled(genericRecipe(null, context), context);
}

/** How grave a finding of this definition is, as the guide rates it; Medium for those we do not know. */
export const severityOf = (definition: string): Severity =>
  recipeOf(definition)?.severity ?? "Medium";

/** The title of this definition's finding, or null when the guide has none. */
export const titleOf = (definition: string): string | null => recipeOf(definition)?.title ?? null;

function recipeOf(definition: string | null): Recipe | null {
  if (!definition) return null;
  const guid = definition.slice(definition.lastIndexOf("/") + 1).toLowerCase();
  return Object.hasOwn(recipes, guid) ? (recipes[guid] ?? null) : null;
}
