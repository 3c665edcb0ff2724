import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import type { Case, OwnWrite } from "../../../shared/domain/case.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json, parsePart, refuse } from "./answers.ts";
import { idIn } from "./cases.ts";
import { noteOperator } from "./operator-entry.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";
import { whyOf } from "./why.ts";

/** Registers the operators' word that what others took back may be written again. */
export function registerAllow(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "allowCase",
    route: "cases/{id}/allow",
    methods: ["POST"],
    handle: (call) => allow(deps, call),
  });
}

const Body = z.strictObject({
  why: whyOf,
  act: z.string().max(200, "name one act, such as enable-addon, or leave it out").optional(),
});

async function allow(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const parsed = parsePart("body", Body, call.body);
  if (parsed.kind === "no") return parsed.answer;
  const { why, act } = parsed.value;
  const found = await deps.gateways.cases.findById(idIn(call));
  if (!found) return refuse(404, "NoCase", "no case of this id; GET /api/cases lists them");
  const waiting = found.writes.filter(takenBack(act)).map((write) => write.act);
  if (waiting.length === 0) {
    return refuse(409, "NothingToAllow", "nothing here was taken back by others");
  }
  await noteOperator(deps, call, {
    subject: found.subject,
    act: `allow ${waiting.join(", ")}`,
    reason: why,
    before: null,
    after: null,
  });
  if (!(await record(deps, found.subject, (value) => withAllowed(value, act, call.now)))) {
    return refuse(409, "Busy", "the case is being written; try again in a minute");
  }
  await deps.gateways.agenda.mark({
    subject: found.subject,
    kind: found.kind,
    at: call.now.toISOString(),
  });
  await call.runs.startUnlessAlive(found.kind, found.subject);
  return json(202, { allowed: waiting });
}

const takenBack = (act: string | undefined) => (write: OwnWrite) =>
  write.takenBack > 0 && (act === undefined || write.act === act);

function withAllowed(value: Case, act: string | undefined, now: Date): Case {
  const allowedAt = now.toISOString();
  const writes = value.writes.map((write) =>
    takenBack(act)(write) ? { ...write, allowedAt } : write,
  );
  return { ...value, writes, updatedAt: allowedAt };
}

/** Writes the case between the writes of others; false when they leave no room. */
async function record(
  { gateways }: TriggerDependencies,
  subject: string,
  become: (value: Case) => Case,
): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const found = await gateways.cases.find(subject);
    if (!found) return false;
    const written = await gateways.cases.put(become(found.case), found.etag);
    if (written === "written") return true;
  }
  return false;
}
