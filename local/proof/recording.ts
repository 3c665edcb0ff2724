import type { GridEvent } from "../azure/events.ts";
import type { JsonObject } from "../azure/json.ts";
import type { OperationSeen } from "../azure/tally.ts";
import { alertsIn } from "../demo/alerts.ts";
import type { Delivery } from "../demo/scenario.ts";
import type { Passes } from "../host/faults.ts";
import { mixed } from "./event-mix.ts";
import { type Flat, flatten } from "./flat.ts";
import { type AppState, type FailedRun, type Instance, readAppState, readRuns } from "./state.ts";
import {
  type Delivered,
  type Place,
  type ProofWorld,
  startProofWorld,
  type Trial,
} from "./world.ts";

/** A write of the app that took effect. */
export interface OwnWrite {
  readonly at: number;
  /** Lower case. */
  readonly resource: string;
  /** Such as `Microsoft.Resources/tags/write`. */
  readonly operation: string;
}

/** A mail that left. */
export interface SentMail {
  readonly at: number;
  /** Sorted. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly operationId: string;
}

/** All that is left of a run once it is at rest. */
export interface Recording extends AppState {
  /** Milliseconds since 1970 at which it was taken. */
  readonly at: number;
  readonly operations: readonly OperationSeen[];
  readonly passes: readonly Passes[];
  /** Each resource by its lower-case id. */
  readonly estate: Readonly<Record<string, Flat>>;
  readonly instances: readonly Instance[];
  readonly failedRuns: readonly FailedRun[];
  readonly writes: readonly OwnWrite[];
  readonly mails: readonly SentMail[];
  readonly delivered: readonly Delivered[];
  readonly kills: number;
  readonly missteps: readonly string[];
  readonly unhandled: readonly string[];
  /** What was refused because the role of the app lacks an action, in Azure's words. */
  readonly unauthorized: readonly string[];
}

/** Runs the example once, to the end of its scenario, and records what is left. */
export async function record(place: Place, trial: Trial): Promise<Recording> {
  const world = await startProofWorld(place, trial);
  try {
    const { deliveries, until, start } = place.example.scenario;
    const news = trial.mix === null ? deliveries : mixed(deliveries, trial.mix);
    const real = new Set(deliveries.map(({ text }) => text));
    for (const delivery of news) {
      world.clock.schedule(delivery.at, () => {
        // Defender shows what it exports, and not what became of it on the way.
        const alerts = real.has(delivery.text) ? alertsIn(delivery.text) : [];
        for (const alert of alerts) world.azure.store.put(alert);
        return carryOut(world, delivery);
      });
    }
    if (trial.stopAfter !== null) {
      world.clock.schedule(start + trial.stopAfter, () => stopWrites(world));
    }
    await world.runUntil(until);
    await world.whenIdle();
    const passes = await world.passes();
    await world.halt();
    const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
    const state = await readAppState(place.storage, { from: day(start), to: day(until) });
    return { ...state, ...ofAzure(world, place), passes, at: until, ...ofHost(world) };
  } finally {
    await world.clean();
  }
}

async function carryOut(world: ProofWorld, delivery: Delivery): Promise<void> {
  if (delivery.change) {
    const { as, resource, merge } = delivery.change;
    await world.azure.changeAs({ ...as, upn: null }, resource, merge as JsonObject);
  } else if (delivery.to !== "azure") {
    await world.deliver(delivery.to, delivery.text);
  }
}

async function stopWrites(world: ProofWorld): Promise<void> {
  const answer = await world.call("stop", { method: "POST", body: { why: "the proof says so" } });
  if (!answer.ok) throw new Error(`POST /api/stop answered ${answer.status}`);
}

function ofHost(world: ProofWorld) {
  return { ...readRuns(world.data), kills: world.kills(), delivered: world.delivered };
}

function ofAzure({ azure }: ProofWorld, { example }: Place) {
  return {
    operations: azure.operationsSeen(),
    estate: estateOf(azure.store.all()),
    writes: azure.events.flatMap((event) => ownWrite(event, example.scenario.principal.appId)),
    mails: azure.mailbox.mails.map(({ sentAt, message, operationId }) => ({
      at: Date.parse(sentAt),
      to: message.recipients.to.map(({ address }) => address).sort(),
      subject: message.content.subject,
      operationId,
    })),
    missteps: azure.missteps.map(
      ({ kind, resourceId, detail }) => `${kind} ${resourceId} ${detail}`,
    ),
    unhandled: azure.unhandled,
    unauthorized: azure.unauthorized,
  };
}

/** Each resource by its lower-case id; what Defender finds is Azure's own and comes and goes with its plan. */
export function estateOf(resources: readonly { readonly id: string }[]): Recording["estate"] {
  return Object.fromEntries(
    resources
      .map((resource) => [resource.id.toLowerCase(), flatten(resource)] as const)
      .filter(([id]) => !id.includes("/providers/microsoft.security/assessments/")),
  );
}

function ownWrite(event: GridEvent, appId: string): readonly OwnWrite[] {
  const { claims, operationName } = event.data;
  const byUs = typeof claims === "object" && JSON.stringify(claims).includes(appId);
  if (!byUs || !event.eventType.endsWith("WriteSuccess")) return [];
  return [
    {
      at: Date.parse(event.eventTime),
      resource: event.subject.toLowerCase(),
      operation: String(operationName),
    },
  ];
}
