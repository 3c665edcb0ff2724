import type { QueryRequest } from "@azure/arm-resourcegraph";
import * as z from "zod";
import type { Page } from "../domain/page.ts";
import type { Wait } from "../domain/refusal.ts";
import type { Clients } from "./clients.ts";
import { AzureError, answerOf, parsed } from "./errors.ts";

/** Azure Resource Graph: bulk reads in KQL. */
export interface Graph {
  /** One page; `id` must be among the projected columns, or paging is not stable. */
  page<T>(query: Query<T>, next: string | null): Promise<Page<T> | Wait>;
  /** All pages; throws what Azure refuses as the client threw it. */
  all<T>(kql: string, row: z.ZodType<T>, scope?: GraphScope): Promise<readonly T[]>;
}

/** A query and the shape of its rows. */
export interface Query<T> {
  readonly kql: string;
  readonly row: z.ZodType<T>;
}

/** Where a query looks; absent = everything that the identity can read. */
export interface GraphScope {
  readonly subscriptions?: string[];
  /** Policy objects of the management groups above as well. */
  readonly andAbove?: boolean;
}

const pageSize = 1000;
const Rows = z.array(z.unknown());

/** Asks through the SDK's client; a throttled query is told to wait until the quota is back. */
export function createGraph(clients: Clients): Graph {
  const ask = async (kql: string, next: string | null, scope: GraphScope = {}) => {
    const client = await clients.resourceGraph();
    const answer = await client.resources(requestOf(kql, next, scope));
    const rows = parsed(Rows, answer.data, "the answer of Resource Graph");
    return { rows, next: answer.skipToken || null };
  };
  return {
    async page({ kql, row }, next) {
      try {
        const page = await ask(kql, next);
        return { rows: rowsOf(row, page.rows), next: page.next };
      } catch (error) {
        const answer = answerOf(error);
        if (answer.kind === "wait") return answer;
        throw new AzureError(`Resource Graph: ${answer.code}: ${answer.message}`, {
          status: answer.status,
          code: answer.code,
        });
      }
    },

    async all(kql, row, scope) {
      const rows: unknown[] = [];
      let next: string | null = null;
      do {
        const page: Page<unknown> = await ask(kql, next, scope);
        rows.push(...page.rows);
        next = page.next;
      } while (next !== null);
      return rowsOf(row, rows);
    },
  };
}

const rowsOf = <T>(row: z.ZodType<T>, rows: readonly unknown[]): readonly T[] =>
  parsed(z.array(row), rows, "a row of Resource Graph");

const requestOf = (query: string, next: string | null, scope: GraphScope): QueryRequest => ({
  query,
  ...(scope.subscriptions ? { subscriptions: scope.subscriptions } : {}),
  options: {
    resultFormat: "objectArray",
    top: pageSize,
    ...(next === null ? {} : { skipToken: next }),
    ...(scope.andAbove ? { authorizationScopeFilter: "AtScopeAboveAndBelow" } : {}),
  },
});
