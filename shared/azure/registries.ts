import * as z from "zod";
import type { ImageAssessment, ImagePlace } from "../domain/image-finding.ts";
import type { Page } from "../domain/page.ts";
import type { Clients } from "./clients.ts";
import { answerOf, isGone, isSubscriptionGone, parsed } from "./errors.ts";
import type { Graph, Query } from "./graph.ts";
import { Tags } from "./managed-cluster.ts";
import type { Registry, RegistryGateway } from "./ports.ts";
import { armOrigin } from "./read-only.ts";
import { assessmentsQuery, registriesQuery, runningQuery } from "./registry-queries.ts";

const apiVersion = "2023-07-01";

const ReadRegistry = z
  .object({
    id: z.string(),
    name: z.string(),
    tags: Tags,
    properties: z.object({
      loginServer: z.string().nullish(),
      provisioningState: z.string().nullish(),
      creationDate: z.string().nullish(),
    }),
  })
  .transform(
    ({ properties, ...registry }): Registry => ({
      ...registry,
      loginServer: properties.loginServer || `${registry.name.toLowerCase()}.azurecr.io`,
      provisioningState: properties.provisioningState || "Succeeded",
      createdAt: properties.creationDate || null,
    }),
  );

/** Container registries, and by the page what Defender says of their images: never a call per image. */
export function createRegistryGateway(clients: Clients, graph: Graph): RegistryGateway {
  return {
    async find(id) {
      try {
        const { raw } = await clients.resources(subscriptionIn(id));
        const { body } = await raw({
          method: "GET",
          url: `${armOrigin}${id}?api-version=${apiVersion}`,
        });
        return { kind: "found", registry: parsed(ReadRegistry, body, `registry ${id}`) };
      } catch (error) {
        if (isSubscriptionGone(error)) return { kind: "gone" };
        return isGone(error) ? { kind: "gone" } : answerOf(error);
      }
    },

    list: (next) => graph.page(registriesQuery, next),
    assessments: (id, next) => graph.page(assessmentsQuery(id), next),
    running: (id, next) => graph.page(runningQuery(id), next),

    async images(id) {
      const assessments = await every<ImageAssessment>(graph, assessmentsQuery(id));
      if ("kind" in assessments) return assessments;
      const running = await every<ImagePlace>(graph, runningQuery(id));
      return "kind" in running ? running : { kind: "found", assessments, running };
    },
  };
}

async function every<T>(graph: Graph, query: Query<T>) {
  const rows: T[] = [];
  let next: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof graph.page<T>>> = await graph.page(query, next);
    if ("kind" in page) return page;
    rows.push(...page.rows);
    next = (page satisfies Page<T>).next;
  } while (next !== null);
  return rows;
}

const subscriptionIn = (id: string): string => /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? "";
