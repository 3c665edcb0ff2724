import * as z from "zod";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import { canonicalId, parseResourceId } from "../domain/resource-id.ts";
import type { Graph } from "./graph.ts";
import { kqlList, kqlString } from "./kql.ts";
import {
  Assignment,
  Definition,
  type EffectSources,
  effectiveEffect,
  layerOf,
  SetDefinition,
} from "./policy-objects.ts";
import type { Memory } from "./remember.ts";

/** How many ids one query names: a query has an end of its own. */
const idsAtOnce = 200;

const Chain = z.object({
  chain: z.array(z.looseObject({ name: z.string() })).nullish(),
});

/**
 * What Azure Policy assigns to a scope, to its groups and management groups, less what an assignment
 * leaves out. Of definitions about the ARM resource only those that change or forbid are kept. What
 * is assigned is asked each time; what the definitions say, and which groups lie above, once a minute.
 */
export async function readAssignments(
  graph: Graph,
  { remember }: Memory,
  scope: string,
): Promise<readonly PolicyAssignment[]> {
  const subscriptionId = parseResourceId(scope)?.subscriptionId;
  if (!subscriptionId) return [];
  const ask: Ask = (kql, row) =>
    graph.all(kql, row, { subscriptions: [subscriptionId], andAbove: true });
  const askSeldom: Ask = (kql, row) =>
    remember(`assigned ${subscriptionId} ${kql}`, () => ask(kql, row));
  const above = await scopesAbove(askSeldom, scope, subscriptionId);
  const assigned = await ask(assignmentsAt(above), Assignment);
  const inForce = assigned.filter(({ notScopes }) => !leavesOut(notScopes ?? [], above));
  const sets = await byId(askSeldom, inForce.map(setIdOf), setsQuery, SetDefinition);
  const sources = inForce.flatMap((assignment) => sourcesOf(assignment, sets));
  const ids = sources.map(({ definitionId }) => definitionId);
  const definitions = await byId(askSeldom, ids, definitionsQuery, Definition);
  return sources
    .map((source) => ({
      ...source,
      definition: definitions.get(canonicalId(source.definitionId)) ?? null,
    }))
    .map(entryOf)
    .filter(matters);
}

type Ask = <T>(kql: string, row: z.ZodType<T>) => Promise<readonly T[]>;

/** The scope itself, its group, its subscription and the management groups over it. */
async function scopesAbove(ask: Ask, scope: string, subscriptionId: string): Promise<string[]> {
  const [row] = await ask(
    `resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| where subscriptionId =~ ${kqlString(subscriptionId)}
| project id, chain = properties.managementGroupAncestorsChain`,
    Chain,
  );
  const group = parseResourceId(scope)?.resourceGroup;
  const subscription = `/subscriptions/${subscriptionId}`;
  return [
    ...new Set(
      [
        scope,
        subscription,
        ...(group ? [`${subscription}/resourceGroups/${group}`] : []),
        ...(row?.chain ?? []).map(
          ({ name }) => `/providers/Microsoft.Management/managementGroups/${name}`,
        ),
      ].map(canonicalId),
    ),
  ];
}

const assignmentsAt = (scopes: readonly string[]): string => `policyresources
| where type =~ 'microsoft.authorization/policyassignments'
| extend at = tostring(split(tolower(id), '/providers/microsoft.authorization/policyassignments/')[0])
| where at in~ ${kqlList(scopes)}
| project id, name, displayName = tostring(properties.displayName), definitionId = tostring(properties.policyDefinitionId), enforcementMode = tostring(properties.enforcementMode), notScopes = properties.notScopes, parameters = properties.parameters, overrides = properties.overrides`;

const setsQuery = (ids: readonly string[]): string => `policyresources
| where type =~ 'microsoft.authorization/policysetdefinitions'
| where id in~ ${kqlList(ids)}
| project id, parameters = properties.parameters, policyDefinitions = properties.policyDefinitions`;

const definitionsQuery = (ids: readonly string[]): string => `policyresources
| where type =~ 'microsoft.authorization/policydefinitions'
| where id in~ ${kqlList(ids)}
| project id, mode = tostring(properties.mode), effect = tostring(properties.policyRule.then.effect), parameters = properties.parameters`;

/** What is left out may be the scope, or anything that holds it. */
const leavesOut = (notScopes: readonly string[], above: readonly string[]): boolean =>
  notScopes.some((left) => above.includes(canonicalId(left)));

const isSet = (id: string): boolean => /\/policysetdefinitions\/[^/]+$/i.test(id);

const setIdOf = ({ definitionId }: Assignment): string | null =>
  isSet(definitionId) ? definitionId : null;

async function byId<T extends { readonly id: string }>(
  ask: Ask,
  ids: readonly (string | null)[],
  query: (ids: readonly string[]) => string,
  row: z.ZodType<T>,
): Promise<Map<string, T>> {
  const wanted = [...new Set(ids.filter((id) => id !== null).map(canonicalId))];
  const found = new Map<string, T>();
  for (let start = 0; start < wanted.length; start += idsAtOnce) {
    const rows = await ask(query(wanted.slice(start, start + idsAtOnce)), row);
    for (const each of rows) found.set(canonicalId(each.id), each);
  }
  return found;
}

/** One source a definition that an assignment brings; a set that cannot be read brings itself. */
function sourcesOf(
  assignment: Assignment,
  sets: ReadonlyMap<string, SetDefinition>,
): EffectSources[] {
  const { definitionId } = assignment;
  const alone = { assignment, set: null, member: null, definition: null, definitionId };
  const set = sets.get(canonicalId(definitionId));
  if (!isSet(definitionId) || !set) return [alone];
  return (set.policyDefinitions ?? []).map((member) => ({
    ...alone,
    set,
    member,
    definitionId: member.policyDefinitionId,
  }));
}

function entryOf(source: EffectSources): PolicyAssignment {
  const { assignment, definitionId, definition } = source;
  return {
    id: assignment.id,
    name: assignment.name,
    title: assignment.displayName || assignment.name,
    definition: definitionId.slice(definitionId.lastIndexOf("/") + 1).toLowerCase(),
    layer: layerOf(definitionId, definition),
    effect: effectiveEffect(source),
    enforced: assignment.enforcementMode?.toLowerCase() !== "donotenforce",
  };
}

const harmless = ["audit", "auditifnotexists", "disabled", "manual"];

const matters = ({ layer, effect }: PolicyAssignment): boolean =>
  layer === "in-cluster" || !harmless.includes(effect);
