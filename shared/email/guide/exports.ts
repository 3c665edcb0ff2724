import { shellWord } from "../shell-word.ts";
import { type Recipe, type Recipes, words } from "./entry.ts";

const exported = (title: string, why: string): Recipe => ({
  title,
  severity: "Low",
  why,
  source: "subscription",
  change: () => [
    words(
      "The policy sets it up by itself: start a remediation task for its assignment in Azure Policy.",
    ),
  ],
  check: ({ subscriptionId }) => [
    `az security automation list --subscription ${shellWord(subscriptionId)} -o table`,
  ],
  unseen: "Where the assignment sends the data: its parameters say so.",
});

const hub = exported(
  "Defender data not exported to an event hub",
  "What waits for alerts and findings there never hears of them.",
);

/** Policies that send Defender's data on. */
export const exportRecipes: Recipes = {
  "cdfcce10-4578-4ecd-9703-530938e4abcb": hub,
  "af9f6c70-eb74-4189-8d15-e4f11a7ebfd4": hub,
  "f1525828-9a90-4fcf-be48-268cdd02361e": exported(
    "No workflow for Defender alerts",
    "Alerts start nothing by themselves.",
  ),
  "73d6ab6c-2475-4850-afd6-43795f3492ef": exported(
    "No workflow for Defender recommendations",
    "Recommendations start nothing by themselves.",
  ),
};
