import { resolve } from "node:path";
import { loadEstate } from "../azure/estate.ts";
import { type Example, readExample } from "./example.ts";

const folder = resolve(import.meta.dirname, "../../examples/proof/roles");

/**
 * The example of the proof with what else a role is needed for: servers, an Arc cluster in a
 * subscription of its own, an alert whose delivery was lost, an initiative.
 *
 * @throws Error with every mistake of the estate.
 */
export async function readRoleExample(): Promise<Example> {
  const [example, more] = await Promise.all([readExample(), loadEstate(folder)]);
  if (more.kind === "invalid") {
    throw new Error(more.mistakes.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  }
  const { estate } = example;
  return {
    ...example,
    estate: { ...estate, resources: [...estate.resources, ...more.estate.resources] },
  };
}
