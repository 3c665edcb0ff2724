import type { FullOperationResponse, OperationArguments } from "@azure/core-client";
import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { Clients } from "./clients.ts";
import { answerOf, parsed, refusal } from "./errors.ts";
import type { DefenderPlanGateway } from "./ports.ts";
import { meets, Pricing, Pricings, planOf, pricingBody, shortfall, showPlan } from "./pricing.ts";
import { pricingSpec } from "./pricing-spec.ts";
import type { Memory } from "./remember.ts";

/** Defender plans, which Azure Resource Manager calls pricings. */
export function createDefenderPlanGateway(clients: Clients, memory: Memory): DefenderPlanGateway {
  const ask = (id: string) => () => readPlans(clients, id);
  return {
    list: (id) => answering(() => memory.renew(keyOf(id), ask(id))),
    recent: (id) => answering(() => memory.remember(keyOf(id), ask(id))),

    async enable(subscriptionId, target) {
      const { name } = target;
      try {
        const found = await call(clients, subscriptionId, { method: "GET", name });
        const before = parsed(Pricing, found.body, `plan ${name}`);
        if (before.properties.deprecated) {
          const replacement = before.properties.replacedBy?.join(", ") || "no other";
          return refusal("PlanDeprecated", `The plan ${name} is replaced by: ${replacement}.`);
        }
        const shown = showPlan(before);
        if (meets(before, target)) {
          return { kind: "unneeded", correlationId: null, before: shown, after: shown };
        }
        const pricing = pricingBody(before, target);
        const put = await call(clients, subscriptionId, { method: "PUT", name, pricing });
        const after = parsed(Pricing, put.body, `plan ${name}`);
        const left = shortfall(after, target);
        const { correlationId } = put;
        const done = {
          kind: "done",
          correlationId,
          before: shown,
          after: showPlan(after),
        } as const;
        if (!left) return done;
        const cameOn = planOf(after).on && done.after !== shown;
        return cameOn ? { ...done, remainder: left } : left;
      } catch (error) {
        return answerOf(error);
      } finally {
        memory.forget(keyOf(subscriptionId));
      }
    },
  };
}

const keyOf = (subscriptionId: string): string => `plans ${subscriptionId.toLowerCase()}`;

async function answering(read: () => Promise<readonly DefenderPlan[]>) {
  try {
    return { kind: "found", plans: await read() } as const;
  } catch (error) {
    return answerOf(error);
  }
}

async function readPlans(clients: Clients, id: string): Promise<readonly DefenderPlan[]> {
  const { body } = await call(clients, id, { method: "GET" });
  const { value } = parsed(Pricings, body, `plans of ${id}`);
  return value.map(planOf);
}

interface Call {
  readonly method: "GET" | "PUT";
  /** Absent = all plans. */
  readonly name?: string;
  readonly pricing?: unknown;
}

async function call(clients: Clients, subscriptionId: string, { method, name, pricing }: Call) {
  let answer: FullOperationResponse | undefined;
  const parameters: OperationArguments = {
    scopeId: `subscriptions/${subscriptionId}`,
    ...(name === undefined ? {} : { pricingName: name }),
    ...(pricing === undefined ? {} : { pricing }),
    options: {
      onResponse: (response) => {
        answer = response;
      },
    },
  };
  const spec = pricingSpec(method, name === undefined ? "all" : "one");
  const client = await clients.security(subscriptionId);
  await client.sendOperationRequest(parameters, spec);
  return {
    body: answer?.parsedBody,
    correlationId: answer?.headers.get("x-ms-correlation-request-id") ?? null,
  };
}
