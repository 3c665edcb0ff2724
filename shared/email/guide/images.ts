import { shellWord } from "../shell-word.ts";
import { az, type GuideContext, type Recipe, type Recipes, words, yaml } from "./entry.ts";
import { podSpec } from "./kubectl.ts";

const images = podSpec("containers[*].image");

/** Open software-update recommendations of Defender below a resource, by Azure Resource Graph. */
function updatesOf({ resourceId }: GuideContext): readonly string[] {
  const id = resourceId.toLowerCase().replaceAll("\\", "\\\\").replaceAll("'", "\\'");
  const query = [
    "securityresources",
    "where type == 'microsoft.security/assessments'",
    "where properties.metadata.recommendationCategory == 'SoftwareUpdate'",
    "where properties.status.code == 'Unhealthy'",
    `where tolower(id) startswith '${id}'`,
    "project name = properties.displayName, severity = properties.metadata.severity, properties.additionalData",
  ].join(" | ");
  return [`az graph query -q ${shellWord(query)} -o json`];
}

const vulnerable = (
  title: string,
  source: Recipe["source"],
  over: Partial<Recipe> = {},
): Recipe => ({
  title,
  severity: "High",
  why: "The flaws are public, and so are the ways to use them.",
  source,
  change: () => [
    words(
      "Raise the base image and the packages named by Defender to their fixed versions, rebuild, push, deploy by digest.",
    ),
  ],
  check: updatesOf,
  unseen:
    "Defender replaced this grouped recommendation by one for each software in July 2026: the policy may lag behind or stay silent.",
  ...over,
});

const retired: Partial<Recipe> = {
  severity: "Low",
  unseen:
    "This definition reads the retired Qualys scanner and says nothing about today. Ask the assigner to remove it.",
};

/** Which images run, and what is known to be wrong with them. */
export const imageRecipes: Recipes = {
  "021f8078-41a0-40e6-81b6-c6597da9f3ee": {
    title: 'Image tag "latest"',
    severity: "Medium",
    why: "What runs can change without a release.",
    source: "manifest",
    change: ({ place }) => [
      yaml(
        `image: ${imageName(place.workloads[0]?.name)}@sha256:...        # or a tag never reused`,
      ),
    ],
    check: images,
    unseen: "Which build runs now: the check shows the tags, your pipeline knows the digest.",
  },
  "febd0533-8e55-448f-b837-bd0e06f16469": {
    title: "Image from a registry that is not allowed",
    severity: "High",
    why: "Nobody in your organization vouches for what it holds.",
    source: "manifest",
    change: () => [
      words("Import the image into an allowed registry (az acr import), then name it from there."),
    ],
    check: images,
    unseen: "Which registries are allowed: a parameter of the assignment.",
  },
  "cf426bb8-b320-4321-8545-1b784a5df3a4": {
    title: "Image without a trusted signature",
    severity: "Medium",
    why: "Nothing proves that your pipeline built it.",
    source: "image",
    change: () => [
      words(
        "Sign it in the pipeline after the push (notation sign, by digest), then deploy that digest.",
      ),
    ],
    check: images,
    unseen:
      "Which keys are trusted: they are set in the cluster's verification config. In preview.",
  },
  "13cd7ae3-5bc0-4ac4-a62d-4f7c120b9759": {
    title: "Vulnerable image would be gated",
    severity: "Medium",
    why: "It has known flaws that the gate was told to keep out.",
    source: "image",
    change: () => [words("Rebuild on a base image without these flaws, then deploy by digest.")],
    check: images,
    unseen: "This definition is retired: ask the assigner to use the gating of Defender instead.",
  },
  "17f4b1cc-c55c-4d94-b1f9-2978f6ac2957": vulnerable("Running images with known flaws", "image"),
  "0fc39691-5a3f-4e3e-94ee-2e6447309ad9": vulnerable(
    "Running images with known flaws (retired check)",
    "image",
    retired,
  ),
  "090c7b07-b4ed-4561-ad20-e9075f3ccaff": vulnerable("Registry images with known flaws", "image"),
  "5f0f936f-2f01-4bf5-b6be-d423792fa562": vulnerable(
    "Registry images with known flaws (retired check)",
    "image",
    retired,
  ),
  "5dc99dae-cfb2-42cc-8762-9aae02b74e27": {
    title: "Image Integrity not deployed",
    severity: "Low",
    why: "Without it nothing checks signatures of images.",
    source: "cluster",
    change: () => [
      az(
        "az aks update --help        # look for --enable-image-integrity: a preview, not in each version",
      ),
    ],
    check: ({ name, resourceGroup, subscriptionId }) => [
      `az aks show -g ${shellWord(resourceGroup)} -n ${shellWord(name)} --subscription ${shellWord(subscriptionId)} --query securityProfile.imageIntegrity`,
    ],
    unseen: "The policy deploys this preview by itself; when it cannot, its deployment says why.",
  },
};

/** A name that may stand in YAML as it is. */
const imageName = (name: string | undefined): string =>
  name && /^[a-z0-9][a-z0-9-]{0,62}$/.test(name) ? name : "app";
