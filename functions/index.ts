import { randomUUID } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { app } from "@azure/functions";
import { deferGateways } from "../shared/azure/deferred.ts";
import { isStorageOutage } from "../shared/azure/errors.ts";
import type { Gateways } from "../shared/azure/ports.ts";
import { policyHash, withExemptions } from "../shared/policy.ts";
import { createInForceSource } from "./activities/in-force.ts";
import { createActivities } from "./activities/index.ts";
import { mailQuotas } from "./activities/pace.ts";
import { registerActivities } from "./activities/register.ts";
import { registerOrchestrators } from "./orchestrators/register.ts";
import { readStartUp, type StartUp } from "./start-up.ts";
import { registerTriggers } from "./triggers/index.ts";
import { registerMistakes } from "./triggers/mistakes.ts";

/** Written in by the build. */
declare const APP_VERSION: string;

type Ready = Extract<StartUp, { kind: "ok" }>;

/**
 * Keeps V8's space for what is new as small as it is, once the app has started. Nearly all that a scan
 * reads is garbage a moment later; a space that grows lets it pile up to many times what lives. Collecting
 * it early costs no more time: see docs/performance.md. A V8 without this flag goes on as before (Node.js
 * documentation, `v8.setFlagsFromString`; V8's flag definitions).
 */
setTimeout(() => setFlagsFromString("--semi-space-growth-factor=1"), 1000).unref();

/**
 * The composition root. It never throws: a host whose app fails to load runs on without functions, and
 * nobody is told. With mistakes in settings or policy only what can say so is registered.
 */
function start(): void {
  try {
    const startUp = readStartUp({
      environment: process.env,
      folder: __dirname,
      now: new Date().toISOString(),
    });
    if (startUp.kind === "invalid") registerMistakes(app, startUp.mistakes);
    else registerAll(startUp);
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : String(fault);
    registerMistakes(app, [{ path: "start", message }]);
  }
}

function registerAll({ settings, policy }: Ready): void {
  const gateways = deferGateways(() => loadGateways({ kind: "ok", settings, policy }));
  const now = () => new Date().toISOString();
  const source = createInForceSource(gateways, {
    stage: settings.stage,
    combine: (extra) => ({
      policy: withExemptions(policy, extra),
      hash: policyHash(policy, extra),
    }),
    now,
  });
  const stamp = { appVersion: APP_VERSION, by: settings.own.principalId };
  const quota = mailQuotas[settings.mail.quota];
  registerActivities(createActivities(gateways, source, { stamp, quota, now }));
  registerOrchestrators();
  registerTriggers(app, {
    gateways,
    settings,
    policy,
    policyHash: policyHash(policy, []),
    appVersion: APP_VERSION,
    now: () => new Date(),
    newId: randomUUID,
    isStorageOutage,
  });
}

async function loadGateways({ settings, policy }: Ready): Promise<Gateways> {
  const { createGateways } = await import("../shared/azure/gateways.ts");
  return createGateways({
    credential: settings.credential,
    storage: settings.storage,
    localRoutes: settings.localRoutes,
    readOnly: settings.readOnly,
    timeout: settings.timeout,
    mail: {
      endpoint: settings.mail.endpoint,
      from: policy.mail.from,
      replyTo: policy.mail.replyTo,
    },
    appVersion: APP_VERSION,
  });
}

start();
