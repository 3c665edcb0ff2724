import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json, parsePart } from "./answers.ts";
import { noteOperator, wholeSystem } from "./operator-entry.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";
import { requestScan } from "./scan.ts";
import { whyOf } from "./why.ts";

/** Registers stopping all writes to Azure, and letting them go on. */
export function registerBrakes(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "stopWrites",
    route: "stop",
    methods: ["POST"],
    handle: (call) => stop(deps, call),
  });
  registerOperatorFunction(app, deps, {
    name: "resumeWrites",
    route: "resume",
    methods: ["POST"],
    handle: (call) => resume(deps, call),
  });
}

const Body = z.strictObject({ why: whyOf });

async function stop(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const parsed = parsePart("body", Body, call.body);
  if (parsed.kind === "no") return parsed.answer;
  const { why } = parsed.value;
  await noteOperator(deps, call, {
    subject: wholeSystem,
    act: "stop",
    reason: why,
    before: null,
    after: "stopped",
  });
  const stopped = { at: call.now.toISOString(), by: call.by, why };
  await deps.gateways.system.setStop(stopped);
  return json(200, { stopped });
}

/** What was left while everything stood still is looked at again by a scan. */
async function resume(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const parsed = parsePart("body", Body, call.body);
  if (parsed.kind === "no") return parsed.answer;
  const { system } = deps.gateways;
  const before = await system.stop();
  await noteOperator(deps, call, {
    subject: wholeSystem,
    act: "resume",
    reason: parsed.value.why,
    before: before ? `stopped since ${before.at} by ${before.by}: ${before.why}` : null,
    after: null,
  });
  await system.setStop(null);
  await system.noteVerification(true);
  await requestScan(deps, call);
  return json(200, { stopped: null, before });
}
