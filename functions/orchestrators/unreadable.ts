import { alertFindings, isAlertFinding, isOutdated } from "../../shared/decisions/alerts.ts";
import { mergeFindings } from "../../shared/decisions/findings.ts";
import type { Decision } from "../../shared/domain/decision.ts";
import type { PartName } from "../../shared/domain/finding.ts";
import type { RuleName } from "../../shared/domain/policy.ts";
import type { Refusal, Wait } from "../../shared/domain/refusal.ts";
import { later } from "../../shared/durable/patience.ts";
import { all, type Orchestration, timeOf } from "../../shared/durable/steps.ts";
import { conclude } from "./conclude.ts";
import type { Ending } from "./run.ts";
import type { Work } from "./work.ts";

/**
 * Records that a subject could not be read: what was known stays, nothing is concluded from the
 * silence, and it is looked at again. Alerts come from Defender by themselves and are told all the same.
 */
export function* concludeUnreadable(
  work: Work,
  answer: Refusal | Wait,
  about: { readonly rule: RuleName; readonly parts: readonly PartName[] },
): Orchestration<Ending> {
  const { base, context, steps, subject } = work;
  const why = answer.kind === "refused" ? `${answer.code}: ${answer.message}` : answer.why;
  const [alerts, owners] = yield* all(context, [
    steps.listAlerts({ subject }),
    steps.ownerFacts({ subject, tags: null }),
  ]);
  const again = later(context, answer.kind === "refused" ? 6 * 60 : 10);
  const decision: Decision = {
    kind: "leave",
    rule: about.rule,
    act: null,
    reason: "unreadable",
    detail: why,
    lookAgain: again,
  };
  const now = timeOf(context);
  const findings = mergeFindings(base.findings, {
    seen: alertFindings(alerts, base.findings, now),
    isClear: (finding) => isAlertFinding(finding) && isOutdated(finding, now),
    isExcused: () => false,
    now,
  });
  return conclude(work, {
    result: {
      resourceId: base.resourceId,
      name: base.name,
      subscriptionName: base.subscriptionName,
      parts: about.parts.map((name) => ({ name, status: "unreadable", why })),
      findings,
      decisions: [decision],
      refusals: base.refusals,
      writes: base.writes,
      unknownLooks: base.unknownLooks,
      lookAgain: { at: again, why: "it could not be read" },
      facts: {},
    },
    alerts,
    changes: [],
    owners,
    soon: null,
    outcome: "unreadable",
  });
}
