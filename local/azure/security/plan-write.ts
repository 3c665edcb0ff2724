import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { ArmFault, badRequest } from "../arm-fault.ts";
import type { RoutedRequest } from "../exchange.ts";
import { busyUntil } from "../guards.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt, without } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import { subscriptionOf } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import { planFacts } from "./plan-catalogue.ts";
import { type ExtensionOutcome, extensionOutcomes } from "./plan-extensions.ts";

/** Writes Defender plans, one at a time for each subscription. */
export interface PlanWriter {
  /** Answers the plan as the service does: each extension with what became of it. */
  write(request: RoutedRequest, current: Resource): Promise<Resource>;
}

/** Real milliseconds for which a write holds its subscription, so that writes at the same time meet. */
const holdMilliseconds = 15;
/** On a busy machine the time is over before this process has read what came with it. */
const holdTurns = 100;

/** Builds the writer. */
export function createPlanWriter(parts: AzureParts): PlanWriter {
  const writing = new Set<string>();

  return {
    async write(request, current) {
      const subscription = subscriptionOf(current.id) ?? "";
      const wished = readWish(request, current);
      if (writing.has(subscription) || planBusy(subscription, parts)) throw conflict();
      writing.add(subscription);
      try {
        await hold();
        return carryOut(request, { current, wished }, parts);
      } finally {
        writing.delete(subscription);
      }
    },
  };
}

async function hold(): Promise<void> {
  await pause(holdMilliseconds);
  for (let turn = 0; turn < holdTurns; turn += 1) await nextTurn();
}

function planBusy(subscription: string, parts: AzureParts): boolean {
  const plans = parts.store.list("Microsoft.Security/pricings", `/subscriptions/${subscription}`);
  return plans.some(({ id }) => busyUntil(id, parts) !== null);
}

function conflict(): ArmFault {
  return new ArmFault(409, "Conflict", {
    message: "Another update operation is in progress. Please try again in a few minutes.",
  });
}

interface Wish {
  readonly tier: "Free" | "Standard";
  readonly properties: JsonObject;
}

function readWish({ body }: RoutedRequest, current: Resource): Wish {
  const properties = objectAt(body, "properties");
  const given = textAt(properties, "pricingTier")?.toLowerCase();
  const tier = given === "standard" ? "Standard" : given === "free" ? "Free" : null;
  if (tier === null) throw badRequest("properties.pricingTier must be Free or Standard.");
  const now = objectAt(current, "properties");
  if (tier === "Standard" && now["deprecated"] === true && now["pricingTier"] !== "Standard") {
    const instead = listAt(now, "replacedBy").join(", ");
    throw badRequest(
      `The plan '${textAt(current, "name")}' is deprecated and can no longer be enabled. Use: ${instead}.`,
      "DeprecatedPlan",
    );
  }
  return { tier, properties };
}

function carryOut(
  request: RoutedRequest,
  { current, wished }: { current: Resource; wished: Wish },
  parts: AzureParts,
): Resource {
  const { store, events } = parts;
  const outcomes = extensionOutcomes(
    { current, wished: wished.properties, tier: wished.tier },
    parts,
  );
  const stored: Resource = { ...current, properties: propertiesAfter(current, wished, parts) };
  store.put(
    withExtensions(
      stored,
      outcomes.map(({ extension }) => extension),
    ),
  );
  events.activity({
    outcome: "WriteSuccess",
    resourceId: current.id,
    operation: "Microsoft.Security/pricings/write",
    request,
  });
  return withExtensions(stored, outcomes.map(asAnswered));
}

/** The answer of a PUT shows each extension as wished, with what became of it (Azure REST API, "Pricings - Update"). */
function asAnswered({ extension, wished, status }: ExtensionOutcome): JsonObject {
  return { ...extension, isEnabled: wished, ...(status ? { operationStatus: status } : {}) };
}

function withExtensions(plan: Resource, extensions: readonly JsonObject[]): Resource {
  if (extensions.length === 0) return plan;
  return { ...plan, properties: { ...objectAt(plan, "properties"), extensions } };
}

function propertiesAfter(current: Resource, wished: Wish, { nowIso }: AzureParts): JsonObject {
  const now = without(objectAt(current, "properties"), "extensions");
  if (wished.tier === "Free") {
    return { ...without(now, "enablementTime", "subPlan"), pricingTier: "Free" };
  }
  const wasOn = now["pricingTier"] === "Standard";
  // A sub-plan left out falls back to the plan's own: what the service does is not documented, this is the harsher.
  const subPlan =
    textAt(wished.properties, "subPlan") ?? planFacts(textAt(current, "name") ?? "").subPlan;
  return {
    ...now,
    pricingTier: "Standard",
    enablementTime: (wasOn ? textAt(now, "enablementTime") : null) ?? nowIso(),
    freeTrialRemainingTime: wasOn ? (textAt(now, "freeTrialRemainingTime") ?? "PT0S") : "P30D",
    ...(isObject(now) && now["resourcesCoverageStatus"] !== undefined
      ? { resourcesCoverageStatus: "FullyCovered" }
      : {}),
    ...(subPlan === undefined ? {} : { subPlan }),
  };
}
