import { line } from "../plain.ts";
import { shellWord } from "../shell-word.ts";
import { type GuideContext, type Recipe, words } from "./entry.ts";
import { podSpec } from "./kubectl.ts";

const guidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What can be said of a finding whose definition is not in the guide: where its rule can be read. */
export function genericRecipe(definition: string | null, context: GuideContext): Recipe {
  const name = definition?.slice(definition.lastIndexOf("/") + 1) ?? "";
  const inside = context.place.workloads.length + context.place.others.length > 0;
  const by = context.assignment ? `, assigned as "${line(context.assignment, 120)}"` : "";
  return {
    title: line(context.title, 160) || "A policy is violated",
    severity: "Medium",
    why: name ? `Your organization asks for it${by}.` : "It does not hold today.",
    source: inside ? "manifest" : "cluster",
    change: () => [words(change(name, inside))],
    check: (names) => (inside ? podSpec("containers[*].image")(names) : reads(name, names)),
    unseen: name
      ? "What exactly it wants: we have no steps for this definition. Its description in Azure Policy does."
      : "What is behind it: we know no more than this line.",
  };
}

function change(name: string, inside: boolean): string {
  const where = inside ? "your manifest or chart" : "your template";
  if (!name) return `Put it right in ${where}, so that the next deployment keeps it.`;
  return `Read the definition (Azure Policy, Compliance, this resource), then change ${where}.`;
}

function reads(name: string, { resourceId }: GuideContext): readonly string[] {
  if (guidPattern.test(name))
    return [`az policy definition show --name ${name} --query description`];
  return [`az resource show --ids ${shellWord(resourceId)}`];
}
