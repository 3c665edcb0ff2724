import { decideAddon } from "../../shared/decisions/addon.ts";
import { judgeCluster } from "../../shared/decisions/compliance.ts";
import { alertRecipients, decideRecipients } from "../../shared/decisions/recipients.ts";
import { decideSensor } from "../../shared/decisions/sensor.ts";
import { decideTags } from "../../shared/decisions/tagging.ts";
import { noteTakenBack } from "../../shared/decisions/taken-back.ts";
import type { OwnWrite } from "../../shared/domain/case.ts";
import type { Cluster } from "../../shared/domain/cluster.ts";
import type { Decision, RefusedAct } from "../../shared/domain/decision.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import { patiently } from "../../shared/durable/patience.ts";
import { type Orchestration, timeOf } from "../../shared/durable/steps.ts";
import { adoptIntended } from "./adopt.ts";
import { type Change, type Changed, makeChange } from "./change.ts";
import { addonChange, sensorChange, tagChange } from "./cluster-changes.ts";
import { conclude, concludeGone, superseded } from "./conclude.ts";
import { type ClusterObservation, observeCluster } from "./observe-cluster.ts";
import type { Ending, Run } from "./run.ts";
import { concludeUnreadable } from "./unreadable.ts";
import { type Work, workOn } from "./work.ts";

/** Looks at one cluster, from reading it to recording its case. */
export function* lookAtCluster(run: Run): Orchestration<Ending> {
  const { context, steps, subject } = run;
  const work = workOn(run, "cluster");
  const found = yield* patiently(context, () => steps.findCluster({ subject }));
  if (found.kind === "gone") return yield* concludeGone(work);
  if (found.kind !== "found") return yield* concludeUnreadable(work, found);
  const observed = yield* observeCluster(run, found.cluster);
  return yield* actAndConclude(work, found.cluster, observed);
}

/** Puts right what may be put right, judges what then holds, marks, tells and records it. */
function* actAndConclude(
  work: Work,
  found: Cluster,
  observed: ClusterObservation,
): Orchestration<Ending> {
  const { inForce } = work.taken;
  const doing = yield* beginDoing(work, found);
  const acted = yield* protect(work, doing, observed);
  if (acted !== "done") return acted === "gone" ? yield* concludeGone(work) : superseded;
  const { cluster, writes } = doing;
  const judged = judgeCluster(
    {
      cluster,
      addon: doing.addon,
      sensor: doing.sensor,
      control: observed.control,
      workload: observed.workload,
      plans: observed.plans,
      alerts: observed.alerts,
      addonOnSince: writes.find((write) => write.act === "enable-addon")?.at ?? null,
      case: work.before,
      now: timeOf(work.context),
    },
    inForce,
  );
  const tagged = yield* tag(work, doing, judged);
}
