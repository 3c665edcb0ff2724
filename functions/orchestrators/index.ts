import type { OrchestrationContext } from "durable-functions";
import type { orchestratorOf } from "../../shared/domain/subject.ts";
import type { Orchestration } from "../../shared/durable/steps.ts";
import { composeDigest } from "./compose-digest.ts";
import { deliverMail } from "./deliver-mail.ts";
import { guardCluster } from "./guard-cluster.ts";
import { guardRegistry } from "./guard-registry.ts";
import { guardSubscription } from "./guard-subscription.ts";
import { housekeeping } from "./housekeeping.ts";
import { scanEstate } from "./scan-estate.ts";

type OrchestratorName = (typeof orchestratorOf)[keyof typeof orchestratorOf];

/** Every orchestrator by the name under which it is registered: all that the agenda can start. */
export const orchestrators: Readonly<
  Record<OrchestratorName, (context: OrchestrationContext) => Orchestration<string | undefined>>
> = {
  composeDigest,
  deliverMail,
  guardCluster,
  guardRegistry,
  guardSubscription,
  housekeeping,
  scanEstate,
};
