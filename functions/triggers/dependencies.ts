import type { app, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import type { Gateways } from "../../shared/azure/ports.ts";
import type { GuardrailPolicy, Stage } from "../../shared/domain/policy.ts";
import type { OwnIdentity } from "../../shared/events/caller.ts";

/** What registers functions; in tests something that only remembers them. */
export type FunctionApp = Pick<typeof app, "eventHub" | "eventGrid" | "timer" | "http">;

/** The settings that triggers obey. */
export interface TriggerSettings {
  readonly stage: Stage;
  readonly httpAuth: "key" | "entra";
  /** Whether App Service authentication stands before the app; without it `entra` lets nobody in. */
  readonly websiteAuthEnabled: boolean;
  /** Recognises our own writes in events. */
  readonly own: OwnIdentity;
}

/** All that triggers need; they build nothing themselves. */
export interface TriggerDependencies {
  readonly gateways: Pick<
    Gateways,
    | "agenda"
    | "alerts"
    | "cases"
    | "digests"
    | "exemptions"
    | "keptImages"
    | "ledger"
    | "quarantine"
    | "system"
  >;
  readonly settings: TriggerSettings;
  /** The policy of the file, and its hash. */
  readonly policy: GuardrailPolicy;
  readonly policyHash: string;
  readonly appVersion: string;
  now(): Date;
  /** A new GUID. */
  newId(): string;
  /** Whether a fault is our own storage being out of reach, so that the same call may work later. */
  isStorageOutage(error: unknown): boolean;
  /** In place of the Durable client that the host gives. */
  readonly clientOf?: (context: InvocationContext) => RunClient;
}

/** What is used of the Durable client. */
export type RunClient = Pick<
  DurableClient,
  "getStatus" | "startNew" | "terminate" | "purgeInstanceHistory"
>;
