import { resolve } from "node:path";
import type { Delays } from "../azure/delays.ts";
import { type Estate, loadEstate } from "../azure/estate.ts";
import { readScenario, type Scenario } from "../demo/scenario.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = resolve(root, "examples/proof");

/** What every run of the proof starts from: a small estate that needs each operation of the shipped one. */
export interface Example {
  readonly estate: Estate;
  readonly scenario: Scenario;
  /** Path of guardrail.json. */
  readonly policy: string;
  /** Ids in lower case of the clusters, registries and subscriptions that the app must have judged. */
  readonly subjects: readonly string[];
}

/** What a subject's id says that it is. */
export function kindOfSubject(subject: string): "cluster" | "registry" | "subscription" {
  if (subject.includes("/managedclusters/")) return "cluster";
  return subject.includes("/registries/") ? "registry" : "subscription";
}

/**
 * Azure's pace in a run of the proof. Short, because a run is about the order of things: each wait of
 * the app still happens, on a virtual clock.
 */
export const proofDelays: Partial<Delays> = {
  clusterWrite: 45_000,
  policyEvaluation: 4 * 60_000,
  addonReport: 12 * 60_000,
  imageScan: 6 * 60_000,
};

/**
 * Reads the example.
 *
 * @throws Error with every mistake of the estate.
 */
export async function readExample(): Promise<Example> {
  const reading = await loadEstate(resolve(folder, "estate"));
  if (reading.kind === "invalid") {
    throw new Error(reading.mistakes.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  }
  const { estate } = reading;
  return {
    estate,
    scenario: readScenario({
      scenario: resolve(folder, "scenario.json"),
      events: resolve(folder, "events"),
    }),
    policy: resolve(folder, "guardrail.json"),
    subjects: estate.resources
      .map(({ id }) => id.toLowerCase())
      .filter((id) => /^\/subscriptions\/[^/]+$|\/(managedclusters|registries)\/[^/]+$/.test(id)),
  };
}
