import type { Gateways } from "../../shared/azure/ports.ts";
import { agendaActivities } from "./agenda.ts";
import { alertActivities } from "./alerts.ts";
import { caseActivities, type Stamp } from "./cases.ts";
import { changeActivities } from "./changes.ts";
import { clusterActivities } from "./clusters.ts";
import { composeActivities } from "./compose.ts";
import { defenderPlanActivities } from "./defender-plans.ts";
import { deliveryActivities } from "./delivery.ts";
import { housekeepingActivities } from "./housekeeping.ts";
import { imageActivities } from "./images.ts";
import type { InForceSource } from "./in-force.ts";
import { noticeActivities } from "./notices.ts";
import { ownerActivities } from "./owners.ts";
import type { MailQuota } from "./pace.ts";
import { planCoverActivities } from "./plan-cover.ts";
import { policyStateActivities } from "./policy-states.ts";
import { registryActivities } from "./registries.ts";
import { reportActivities } from "./report.ts";
import { runActivities } from "./runs.ts";
import { scanActivities } from "./scan.ts";
import { scanEndActivities } from "./scan-end.ts";
import { scanRegistryActivities } from "./scan-registries.ts";
import { subscriptionActivities } from "./subscriptions.ts";
import { tagActivities } from "./tags.ts";

/** What activities need besides gateways. */
export interface ActivityFacts {
  readonly stamp: Stamp;
  readonly quota: MailQuota;
  /** ISO time. */
  now(): string;
}

/** Every activity by the name under which it is registered. */
export function createActivities(gateways: Gateways, source: InForceSource, facts: ActivityFacts) {
  return {
    ...agendaActivities(gateways, facts.now),
    ...alertActivities(gateways),
    ...caseActivities(gateways, source, facts),
    ...changeActivities(gateways, facts.now),
    ...clusterActivities(gateways, source),
    ...defenderPlanActivities(gateways, source),
    ...deliveryActivities(gateways, source, facts),
    ...housekeepingActivities(gateways, facts.now),
    ...imageActivities(gateways, source, facts.now),
    ...noticeActivities(gateways, facts.now),
    ...ownerActivities(gateways),
    ...planCoverActivities(gateways, facts.now),
    ...policyStateActivities(gateways),
    ...registryActivities(gateways),
    ...reportActivities(gateways, source, facts),
    ...runActivities(facts.now),
    ...composeActivities(gateways, source, facts.now),
    ...scanActivities(gateways, source, facts.now),
    ...scanEndActivities(gateways, source, facts.now),
    ...scanRegistryActivities(gateways, source, facts.now),
    ...subscriptionActivities(gateways),
    ...tagActivities(gateways, source),
  };
}

/** The activities as orchestrators see them. */
export type Activities = ReturnType<typeof createActivities>;
