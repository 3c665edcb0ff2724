import * as z from "zod";
import { builtinDefinition } from "../domain/builtin-definitions.ts";
import { canonicalId } from "../domain/resource-id.ts";
import type { Violation } from "../domain/violation.ts";
import type { Graph } from "./graph.ts";
import { kqlList } from "./kql.ts";
import { isInClusterMode } from "./policy-objects.ts";

type Layer = Violation["layer"];

/** Tells of definitions whether they judge inside clusters; a state does not say it itself. */
export type Layers = (
  definitionIds: readonly string[],
  subscriptionId: string,
) => Promise<(definitionId: string) => Layer>;

const Mode = z.object({ id: z.string(), mode: z.string().nullish() });

/** Asks Resource Graph once for each definition that is not known by heart: its mode never changes. */
export function createLayers(graph: Graph): Layers {
  const known = new Map<string, Layer>();
  const layerOf = (id: string): Layer | undefined =>
    builtinDefinition(id)?.layer ?? known.get(canonicalId(id));

  return async (definitionIds, subscriptionId) => {
    const unknown = [...new Set(definitionIds.map(canonicalId))].filter((id) => !layerOf(id));
    if (unknown.length > 0) {
      const kql = `policyresources
| where type =~ 'microsoft.authorization/policydefinitions'
| where id in~ ${kqlList(unknown)}
| project id, mode = tostring(properties.mode)`;
      const scope = { subscriptions: [subscriptionId], andAbove: true };
      for (const { id, mode } of await graph.all(kql, Mode, scope)) {
        known.set(canonicalId(id), isInClusterMode(mode ?? "") ? "in-cluster" : "resource");
      }
    }
    return (id) => layerOf(id) ?? "resource";
  };
}
