import { createAgendaGateway } from "./agenda.ts";
import { createAlertGateway } from "./alerts.ts";
import { createCaseGateway } from "./cases.ts";
import { type AzureConfig, createClients } from "./clients.ts";
import { createClusterGateway } from "./clusters.ts";
import { createDefenderPlanGateway } from "./defender-plans.ts";
import { createDigestGateway } from "./digests.ts";
import { createEstateGateway } from "./estate.ts";
import { createExemptionGateway } from "./exemptions.ts";
import { createGraph } from "./graph.ts";
import { createKeptImageGateway } from "./kept-images.ts";
import { createLedgerGateway } from "./ledger.ts";
import { createMailGateway } from "./mail.ts";
import { createNoticeGateway } from "./notices.ts";
import { createOwnerGateway } from "./owners.ts";
import { createPolicyStateGateway } from "./policy-states.ts";
import type { Gateways } from "./ports.ts";
import { createQuarantineGateway } from "./quarantine.ts";
import { createRegistryGateway } from "./registries.ts";
import { createMemory } from "./remember.ts";
import { createSystemGateway } from "./system.ts";
import { createTable } from "./tables.ts";
import { createTagGateway } from "./tags.ts";

/** Every way from the app to Azure and to its own storage. Nothing is asked until it is used. */
export function createGateways(config: AzureConfig): Gateways {
  const clients = createClients(config);
  const graph = createGraph(clients);
  // A change of plans asks for looks two minutes later, and so does our own write, which then asks less.
  const memory = { brief: createMemory(1), longer: createMemory(5) };
  const table = (name: string) => createTable(() => clients.table(`guardrail${name}`));
  return {
    clusters: createClusterGateway(clients, graph, memory.brief),
    plans: createDefenderPlanGateway(clients, memory.brief),
    policyStates: createPolicyStateGateway(clients, graph, memory.longer),
    tags: createTagGateway(clients),
    owners: createOwnerGateway(clients, graph, memory.longer),
    estate: createEstateGateway(clients, graph, memory.longer),
    registries: createRegistryGateway(clients, graph),
    mail: createMailGateway(clients, config.mail),
    agenda: createAgendaGateway(table("agenda")),
    system: createSystemGateway(table("system")),
    cases: createCaseGateway(table("cases")),
    keptImages: createKeptImageGateway(table("images")),
    alerts: createAlertGateway(table("alerts")),
    notices: createNoticeGateway(table("notices")),
    digests: createDigestGateway(table("digests")),
    ledger: createLedgerGateway(table("ledger")),
    exemptions: createExemptionGateway(table("exemptions")),
    quarantine: createQuarantineGateway(table("quarantine"), () =>
      clients.blobs("guardrail-quarantine"),
    ),
  };
}
