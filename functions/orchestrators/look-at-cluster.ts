import { decideAddon, inClusterPolicies } from "../../shared/decisions/addon.ts";
import { type ClusterJudgement, judgeCluster } from "../../shared/decisions/compliance.ts";
import { decideSensor } from "../../shared/decisions/sensor.ts";
import { decideTags } from "../../shared/decisions/tagging.ts";
import { isSince, noteTakenBack, writesSince } from "../../shared/decisions/taken-back.ts";
import { type Cluster, readiness } from "../../shared/domain/cluster.ts";
import type { ActName } from "../../shared/domain/decision.ts";
import { isKeptWaiting, patiently } from "../../shared/durable/patience.ts";
import { type Orchestration, timeOf } from "../../shared/durable/steps.ts";
import { adoptIntended, openIntents } from "./adopt.ts";
import type { Change } from "./change.ts";
import {
  addonChange,
  observedWrites,
  sensorChange,
  shownText,
  tagChange,
} from "./cluster-changes.ts";
import { type Conclusion, conclude, concludeGone, endEarly } from "./conclude.ts";
import {
  type CarriedOut,
  carryOut,
  carryOutChange,
  caseSoFar,
  type Doing,
  judgedAndDone,
  nothingDone,
} from "./doing.ts";
import { type ClusterObservation, observeCluster } from "./observe-cluster.ts";
import type { AnswerOf, Ending, Run } from "./run.ts";
import { concludeUnreadable } from "./unreadable.ts";
import { type Work, workOn } from "./work.ts";

/** A cluster as this look saw and left it. */
interface Look extends Work {
  cluster: Cluster;
  readonly observed: ClusterObservation;
  readonly doing: Doing;
}

/** Looks at one cluster, from reading it to recording its case. */
export function* lookAtCluster(run: Run, early?: AnswerOf<"findCluster">): Orchestration<Ending> {
  const { context, steps, subject } = run;
  const work = workOn(run, "cluster");
  const found = yield* patiently(context, () => steps.findCluster({ subject }), early);
  if (found.kind === "gone") return concludeGone(work);
  if (found.kind !== "found") {
    const parts = ["audit-log", "node", "configuration", "workload"] as const;
    return yield* concludeUnreadable(work, found, { rule: "addon", parts });
  }
  const observed = yield* observeCluster(run, found.cluster);
  const writes = writesSince(work.base.writes, observed.createdAt);
  const base = { ...work.base, writes };
  const doing = nothingDone({ ...work, base });
  const look = Object.assign(work, { base, cluster: found.cluster, observed, doing });
  const switched = yield* protect(look);
  if (switched !== "done") return endEarly(switched);
  const judged = judge(look);
  const tagged = yield* tag(look, judged);
  if (tagged !== "done") return endEarly(tagged);
  return conclude(look, conclusionOf(look, judged));
}

/** Add-on and sensor: what earlier runs began, what others took back, what is decided, done. */
function* protect(look: Look): Orchestration<CarriedOut> {
  const { observed, taken, doing } = look;
  const { inForce, row } = taken;
  const settled = readiness(look.cluster) !== "busy";
  const shows = (act: ActName, value: string) => shownText(look.cluster, act, value) === value;
  yield* adoptIntended(
    look,
    doing,
    (act, value, at) => settled && isSince(at, observed.createdAt) && shows(act, value),
  );
  const now = timeOf(look.context);
  const seen = observedWrites(look.cluster, doing.writes);
  doing.writes = noteTakenBack(doing.writes, seen, { by: row.by, now });

  const facts = { ...observed, cluster: look.cluster, case: caseSoFar(look), now };
  const addon = decideAddon(facts, inForce);
  const on = yield* carryOut(look, doing, {
    decision: addon,
    change: addonChange(look, addon.detail),
  });
  if (on !== "done") return on;
  const sensor = decideSensor(facts, inForce);
  const workspaceId = inForce.policy.rules.sensor.workspaceId ?? "";
  const done = yield* carryOut(look, doing, {
    decision: sensor,
    change: sensorChange(look, sensor.detail, workspaceId),
  });
  look.cluster = afterChanges(look.cluster, doing);
  return done;
}

/** The cluster with what was just switched on and read back. */
function afterChanges(cluster: Cluster, { changes }: Doing): Cluster {
  const changed = (act: Change["act"]) => changes.some((entry) => entry.act === act);
  return {
    ...cluster,
    addon: { ...cluster.addon, on: cluster.addon.on || changed("enable-addon") },
    sensor: { ...cluster.sensor, on: cluster.sensor.on || changed("enable-sensor") },
  };
}

function judge(look: Look): ClusterJudgement {
  const { cluster, observed, doing } = look;
  const [addon, sensor] = doing.decisions;
  if (!addon || !sensor) throw new Error("a cluster is judged after add-on and sensor");
  const { control, workload, plans, alerts } = observed;
  const on = doing.writes.find((write) => write.act === "enable-addon");
  return judgeCluster(
    {
      cluster,
      addon,
      sensor,
      control,
      workload,
      plans,
      alerts,
      addonOnSince: cluster.addon.on && on ? on.at : null,
      case: caseSoFar(look),
      now: timeOf(look.context),
    },
    look.taken.inForce,
  );
}

/** Tags come last, so that they never take the place of a write on the cluster itself. */
function* tag(look: Look, judged: ClusterJudgement): Orchestration<CarriedOut> {
  const { cluster, doing } = look;
  const decided = decideTags(
    {
      cluster,
      verdict: judged.verdict,
      findings: judged.findings,
      createdAt: look.observed.createdAt,
      case: caseSoFar(look),
      now: timeOf(look.context),
    },
    look.taken.inForce,
  );
  if (decided.kind !== "write") {
    return yield* carryOut(look, doing, { decision: decided, change: null });
  }
  return yield* carryOutChange(look, doing, tagChange(look, cluster, decided));
}

/** A change under way is looked at in two minutes, a fact that Azure was too busy to tell in 15. */
function soonAgain({ base, cluster, observed, entries }: Look): number | null {
  const pending = openIntents({ base }).some(({ act }) => !entries.some((one) => one.act === act));
  if (pending && readiness(cluster) === "busy") return 2;
  return isKeptWaiting({ ...observed }) ? 15 : null;
}

function conclusionOf(look: Look, judged: ClusterJudgement): Conclusion {
  const { cluster, observed, doing } = look;
  const { subscription } = observed;
  return {
    result: {
      resourceId: cluster.id,
      name: cluster.name,
      subscriptionName:
        subscription.kind === "known" ? subscription.value.name : look.base.subscriptionName,
      ...judgedAndDone(judged, doing),
      facts: {
        location: cluster.location,
        resourceGroup: cluster.resourceGroup,
        tags: cluster.tags,
        inClusterPolicies: inClusterPolicies(observed.assignments),
      },
    },
    alerts: observed.alerts,
    changes: doing.changes,
    owners: observed.owners,
    soon: soonAgain(look),
    outcome: judged.verdict,
  };
}
