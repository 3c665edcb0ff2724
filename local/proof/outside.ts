import type { FaultRule } from "../azure/estate-entry.ts";
import type { OperationSeen } from "../azure/tally.ts";
import type { Disturbance } from "./rest.ts";
import type { Trial } from "./world.ts";

/** What befell a run, as far as it excuses something. */
export interface Outside {
  /** The tag of someone else that must be there at the end. */
  readonly foreignTag: string | null;
  /** Milliseconds after the start at which an operator stopped all writes. */
  readonly stopAfter: number | null;
  /** Of what Azure says all the time that it is not there; null = of nothing. */
  readonly denied: Denied | null;
  /** What Azure does to it; where that is nothing, only a mail that waits explains a difference. */
  readonly disturbance: Disturbance;
  /** Something befalls the very write of tags: it may be made once more. */
  readonly tagWriteFails: boolean;
}

/** What a 404 can be about: a kind of subject, or who owns it. */
export type Denied = "cluster" | "registry" | "subscription" | "recipients";

/** What a trial excuses. */
export function outsideOf(trial: Trial, foreignTag: string | null): Outside {
  const { azure, stopAfter } = trial;
  return {
    foreignTag,
    stopAfter,
    denied: azure.map(deniedBy).find((denied) => denied !== null) ?? null,
    disturbance: disturbanceOf(trial),
    tagWriteFails: azure.some(({ match }) => match.method === "PATCH"),
  };
}

function disturbanceOf({ azure, stopAfter }: Trial): Disturbance {
  const lasts = ({ fault, when }: FaultRule) =>
    when !== "first" || ("kind" in fault && fault.kind === "operation-never-ends");
  if (stopAfter !== null || azure.some(lasts)) return "lasting";
  return azure.length === 0 ? "none" : "once";
}

/** Of what a fault says all the time that it is not there. */
function deniedBy({ match, fault, when }: FaultRule): Denied | null {
  const isDenial = "status" in fault && fault.status === 404 && when === "every";
  if (!isDenial || match.method !== "GET") return null;
  const path = match.pathTemplate;
  if (/\/managedClusters\/\{[^}]+\}$/.test(path)) return "cluster";
  if (/\/registries\/\{[^}]+\}$/.test(path)) return "registry";
  if (/^\/subscriptions\/\{[^}]+\}$/.test(path)) return "subscription";
  return /\/(securityContacts|tags\/default)$/.test(path) ? "recipients" : null;
}

/** Whether anything that was to go wrong did: every operation that a fault waits for was asked for. */
export const allHit = ({ azure }: Trial, operations: readonly OperationSeen[]): boolean =>
  azure.every(({ match }) =>
    operations.some(
      ({ method, template, act }) =>
        method === match.method &&
        template === match.pathTemplate &&
        (match.act === undefined || match.act === act),
    ),
  );
