import * as z from "zod";
import type { Page } from "../domain/page.ts";
import { known, unreadable, type Wait } from "../domain/refusal.ts";
import { AlertRow } from "./alert-rows.ts";
import type { Clients } from "./clients.ts";
import { AzureError, answerOf, parsed } from "./errors.ts";
import {
  alertsKql,
  CountRow,
  clustersQuery,
  countsFrom,
  countsOf,
  PoolsRow,
  plansQuery,
  poolsOf,
  protectedQuery,
  subscriptionsQuery,
} from "./estate-queries.ts";
import type { Graph } from "./graph.ts";
import { Tags } from "./managed-cluster.ts";
import type { EstateGateway, SubscriptionFacts } from "./ports.ts";
import { armOrigin } from "./read-only.ts";
import type { Memory } from "./remember.ts";

/** The resource providers without which nothing here can work. */
const providers = ["Microsoft.PolicyInsights", "Microsoft.Security", "Microsoft.ContainerService"];

type ResourceClient = Awaited<ReturnType<Clients["resources"]>>["client"];

const Subscription = z.object({
  subscriptionId: z.string(),
  displayName: z.string().nullish(),
  state: z.string().nullish(),
  tags: Tags,
});

/** Bulk reads of the estate, and the facts of one subscription. */
export function createEstateGateway(clients: Clients, graph: Graph, memory: Memory): EstateGateway {
  const key = (id: string) => `subscription ${id.toLowerCase()}`;
  const ask = (id: string) => () => readSubscription(clients, id);
  return {
    subscription: (id) => answering(() => memory.renew(key(id), ask(id))),
    recentSubscription: (id) => answering(() => memory.remember(key(id), ask(id))),

    async protectable(subscriptionId) {
      try {
        const scope = { subscriptions: [subscriptionId] };
        const clusters = await graph.all(poolsOf(subscriptionId), PoolsRow, scope);
        const counts = await graph.all(countsOf(subscriptionId), CountRow, scope);
        return known({ clusters, ...countsFrom(counts) });
      } catch (error) {
        const answer = answerOf(error);
        return answer.kind === "wait" ? answer : unreadable(`${answer.code}: ${answer.message}`);
      }
    },

    subscriptions: readable((next) => graph.page(subscriptionsQuery, next)),
    clusters: readable((next) => graph.page(clustersQuery, next)),
    plans: readable((next) => graph.page(plansQuery, next)),
    protectedKinds: readable((next) => graph.page(protectedQuery, next)),
    alerts: readable((next) => graph.page({ kql: alertsKql, row: AlertRow }, next)),
  };
}

/** So Resource Graph answers whoever may read no subscription at all. */
const noneReadable = ["NoValidSubscriptionsInQueryRequest", "AccessDenied"];

type Pages<T> = (next: string | null) => Promise<Page<T> | Wait>;

/**
 * To a scan that is no row and no fault: it ends, and says how many subscriptions it missed. Of a
 * later page it is a fault, for there are rows that it would not see.
 */
function readable<T>(read: Pages<T>): Pages<T> {
  return async (next) => {
    try {
      return await read(next);
    } catch (error) {
      const code = error instanceof AzureError ? (error.code ?? "") : "";
      if (next !== null || !noneReadable.includes(code)) throw error;
      return { rows: [], next: null };
    }
  };
}

async function answering(read: () => Promise<SubscriptionFacts>) {
  try {
    return { kind: "found", subscription: await read() } as const;
  } catch (error) {
    const answer = answerOf(error);
    const isGone = answer.kind === "refused" && answer.status === 404;
    return isGone ? ({ kind: "gone" } as const) : answer;
  }
}

async function readSubscription(clients: Clients, id: string): Promise<SubscriptionFacts> {
  const { client, raw } = await clients.resources(id);
  const url = `${armOrigin}/subscriptions/${id}?api-version=2022-12-01`;
  const { body } = await raw({ method: "GET", url });
  const { subscriptionId, displayName, state, tags } = parsed(
    Subscription,
    body,
    `subscription ${id}`,
  );
  const states = await Promise.all(
    providers.map(async (namespace) => {
      const registered = await isRegistered(client, namespace);
      return registered === null ? [] : [[namespace.toLowerCase(), registered] as const];
    }),
  );
  return {
    id: subscriptionId.toLowerCase(),
    name: displayName ?? subscriptionId,
    state: state ?? "Unknown",
    tags,
    providers: Object.fromEntries(states.flat()),
  };
}

/** Null = Azure does not know of it, which says nothing about the subscription. */
async function isRegistered(client: ResourceClient, namespace: string): Promise<boolean | null> {
  try {
    const { registrationState } = await client.providers.get(namespace);
    return registrationState?.toLowerCase() === "registered";
  } catch (error) {
    const answer = answerOf(error);
    if (answer.kind === "refused" && answer.status === 404) return null;
    throw error;
  }
}
