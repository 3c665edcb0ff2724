import type { Registry } from "../../shared/azure/ports.ts";
import { notReady } from "../../shared/decisions/cluster-objections.ts";
import { exempt, leave, paused, takenBack } from "../../shared/decisions/decide.ts";
import { isUntold, toldAs } from "../../shared/decisions/image-notices.ts";
import { scanningOf } from "../../shared/decisions/image-scanning.ts";
import {
  type ImagesLook,
  judgeRegistry,
  type RegistryJudgement,
} from "../../shared/decisions/judge-registry.ts";
import { decideRecipients } from "../../shared/decisions/recipients.ts";
import { decideTagsOf } from "../../shared/decisions/tagging.ts";
import { noteTakenBack } from "../../shared/decisions/taken-back.ts";
import type { ImageFacts } from "../../shared/domain/kept-image.ts";
import { parseResourceId } from "../../shared/domain/resource-id.ts";
import { isKeptWaiting, observe, patiently } from "../../shared/durable/patience.ts";
import { type Orchestration, type Step, timeOf } from "../../shared/durable/steps.ts";
import { adoptIntended } from "./adopt.ts";
import type { ReadingBack } from "./change.ts";
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
import { shownTags, tagsChange } from "./own-tags.ts";
import type { AnswerOf, Ending, Run, Settled } from "./run.ts";
import { concludeUnreadable } from "./unreadable.ts";
import { type Work, workOn } from "./work.ts";

/** A registry as this look saw and left it. */
interface Look extends Work {
  readonly registry: Registry;
  readonly observed: Observation;
  readonly doing: Doing;
}

type Observation =
  ReturnType<typeof observeRegistry> extends Orchestration<infer Found> ? Found : never;

/** Looks at one registry, from reading it to recording its case. */
export function* lookAtRegistry(run: Run, early?: AnswerOf<"findRegistry">): Orchestration<Ending> {
  const { context, steps, subject } = run;
  const work = workOn(run, "registry");
  const found = yield* patiently(context, () => steps.findRegistry({ subject }), early);
  if (found.kind === "gone") return endGone(work);
  if (found.kind !== "found") {
    const about = { rule: "compliance", parts: ["images", "configuration"] } as const;
    return yield* concludeUnreadable(work, found, about);
  }
  const { registry } = found;
  const observed = yield* observeRegistry(run, registry);
  const look: Look = Object.assign(work, { registry, observed, doing: nothingDone(work) });
  const images = yield* lookAtImages(look);
  const judged = judge(look, images);
  if (judged.decision) look.doing.decisions.push(judged.decision);
  const tagged = yield* tag(look, judged);
  if (tagged !== "done") return endEarly(tagged);
  const facts = factsOf(look, images);
  yield* tellOwners(look, facts);
  const ending = conclude(look, conclusionOf(look, judged, facts));
  return followedBy(ending, droppingReplaced(look, facts));
}

/** Its images go with it. */
function endGone(work: Work): Ending {
  return followedBy(concludeGone(work), dropping(work, null));
}

function* observeRegistry(run: Run, registry: Registry) {
  const { context, steps, subject } = run;
  const subscriptionId = parseResourceId(registry.id)?.subscriptionId ?? "";
  return yield* observe(context, {
    subscription: () => steps.subscriptionFacts({ subscriptionId }),
    plans: () => steps.recentPlans({ subscriptionId }),
    control: () => steps.registryCompliance({ subject }),
    alerts: () => steps.listAlerts({ subject }),
    owners: () => steps.ownerFacts({ subject, tags: registry.tags }),
  });
}

function* lookAtImages(look: Look): Orchestration<ImagesLook> {
  const { context, steps, subject, registry, observed, base, taken } = look;
  const about = { subject: registry.id, now: timeOf(context) };
  if (exempt("images", about, taken.inForce)) return { kind: "excused" };
  const input = {
    subject,
    registry: registry.name,
    scanning: scanningOf(observed.plans),
    owners: decideRecipients(observed.owners, taken.inForce.policy.mail),
    version: base.facts.images?.version ?? null,
  };
  const answer = yield* patiently(context, () => steps.judgeImages(input));
  return answer.kind === "wait" ? { kind: "unreadable", why: answer.why } : answer;
}

function judge(look: Look, images: ImagesLook): RegistryJudgement {
  const { registry, observed, before, context, taken } = look;
  const { control, alerts } = observed;
  const facts = { registry, control, images, alerts, case: before, now: timeOf(context) };
  return judgeRegistry(facts, taken.inForce);
}

/** Tags: what earlier runs began, what others took back, what is decided, done. */
function* tag(look: Look, judged: RegistryJudgement): Orchestration<CarriedOut> {
  const { registry, doing, taken, context } = look;
  const now = timeOf(context);
  yield* adoptIntended(look, doing, (_, value) => shownTags(registry.tags, value) === value);
  const seen = Object.fromEntries(
    doing.writes.map(({ act, value }) => [act, shownTags(registry.tags, value)]),
  );
  doing.writes = noteTakenBack(doing.writes, seen, { by: taken.row.by, now });
  const decided = decideTagging(look, judged, now);
  if (decided.kind !== "write") {
    return yield* carryOut(look, doing, { decision: decided, change: null });
  }
  const change = tagsChange(look, registry.tags, {
    ...decided,
    readBack: (isShown) => readBack(look, isShown),
  });
  return yield* carryOutChange(look, doing, change);
}

const about = { rule: "compliance", act: "write-tags" } as const;

function decideTagging(
  look: Look,
  { verdict, findings, unknownLooks }: RegistryJudgement,
  now: string,
) {
  if (verdict === "unknown" && unknownLooks === 0) {
    // Policies have reported; it is of the images that nothing is known, which the rule `images` says.
    return leave(about, { reason: "not-required", detail: "what is not known changes no tag" });
  }
  const { registry, taken } = look;
  const known = caseSoFar(look);
  const state = { provisioningState: registry.provisioningState, powerState: "Running" };
  const objections = [
    exempt("compliance", { subject: registry.id, now }, taken.inForce),
    takenBack("write-tags", known, now),
    paused(registry.tags, now),
    notReady(state, { act: "write-tags", case: known, now }),
  ];
  const facts = { resource: registry, noun: "registry", verdict, findings, now } as const;
  return decideTagsOf(facts, objections, taken.inForce);
}

const readBack = (
  { steps, subject }: Work,
  isShown: (now: Pick<Registry, "tags">) => boolean,
): ReadingBack<AnswerOf<"findRegistry">> => ({
  read: () => steps.findRegistry({ subject }),
  shows(found) {
    if (found.kind === "gone") return "missing";
    if (found.kind !== "found") return "pending";
    return isShown(found.registry) ? "shown" : "missing";
  },
});

/** Absent where this look learned nothing of images. */
function factsOf({ taken }: Look, images: ImagesLook): ImageFacts | null {
  const told = toldAs(taken.inForce);
  if (images.kind === "read") return { ...images.facts, told };
  return images.kind === "excused" ? { ...noImages, told } : null;
}

const noImages = {
  version: null,
  open: 0,
  running: 0,
  unknown: 0,
  leftOut: {},
  openRecommendations: 0,
  changedAt: null,
};

/** Notices come before the record: a run that dies in between leaves them again. */
function* tellOwners(look: Look, facts: ImageFacts | null): Orchestration<void> {
  if (!facts || facts.told === "no" || facts.version === null) return;
  const earlier = look.base.facts.images ?? null;
  const untold = isUntold(earlier, facts.told);
  if (facts.version === earlier?.version && !untold) return;
  yield* look.steps.tellImages({
    subject: look.subject,
    caseId: look.base.id,
    before: earlier?.version ?? null,
    after: facts.version,
    untold,
    since: look.before?.updatedAt ?? null,
  });
}

/** The images of before, once the case names those that replaced them. */
function droppingReplaced(look: Look, facts: ImageFacts | null): readonly Step<unknown>[] {
  const replaced = facts !== null && facts.version !== look.base.facts.images?.version;
  return replaced ? dropping(look, facts.version) : [];
}

function dropping({ steps, subject, base }: Work, current: string | null) {
  const version = base.facts.images?.version ?? null;
  return version === null ? [] : [steps.dropImages({ subject, version, current })];
}

const followedBy = (
  { last = [], ...ending }: Settled,
  steps: readonly Step<unknown>[],
): Settled => ({
  ...ending,
  last: [...last, ...steps],
});

function conclusionOf(
  look: Look,
  judged: RegistryJudgement,
  images: ImageFacts | null,
): Conclusion {
  const { registry, observed, doing, base } = look;
  const { subscription } = observed;
  return {
    result: {
      resourceId: registry.id,
      name: registry.name,
      subscriptionName:
        subscription.kind === "known" ? subscription.value.name : base.subscriptionName,
      ...judgedAndDone(judged, doing),
      facts: {
        resourceGroup: parseResourceId(registry.id)?.resourceGroup ?? null,
        tags: registry.tags,
        ...(images ? { images } : {}),
      },
    },
    alerts: observed.alerts,
    changes: doing.changes,
    owners: observed.owners,
    soon: isKeptWaiting({ ...observed }) || images === null ? 15 : null,
    outcome: judged.verdict,
  };
}
