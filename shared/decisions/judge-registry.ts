import type { Registry } from "../azure/ports.ts";
import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { Finding, Part } from "../domain/finding.ts";
import type { NoScanReason } from "../domain/image-finding.ts";
import type { ImageFacts } from "../domain/kept-image.ts";
import type { InForce, RuleName } from "../domain/policy.ts";
import type { Known } from "../domain/refusal.ts";
import type { Compliance } from "../domain/violation.ts";
import { alertFindings, isAlertFinding, isOutdated } from "./alerts.ts";
import { policyFindings } from "./cluster-findings.ts";
import { part } from "./cluster-parts.ts";
import { notConclusive, type Verdict } from "./compliance.ts";
import { exempt, type Leave, leave } from "./decide.ts";
import { exemptionFor } from "./exemptions.ts";
import { isOpenFinding, mergeFindings } from "./findings.ts";
import { isImageFinding } from "./image-findings.ts";
import { isNoReports, noReports } from "./no-reports.ts";
import { nextUnknownLook, type UnknownLook } from "./unknown-looks.ts";

/** What a look says of a registry's images. */
export type ImagesLook =
  | {
      readonly kind: "read";
      /** Those that the case itself holds. */
      readonly findings: readonly Finding[];
      readonly facts: Omit<ImageFacts, "told">;
      /** Why silence says nothing; null = Defender scans the registry, and has results. */
      readonly unjudged: { readonly reason: NoScanReason; readonly why: string | null } | null;
    }
  | { readonly kind: "unreadable"; readonly why: string }
  /** An exemption covers the rule: nobody looked. */
  | { readonly kind: "excused" };

/** What was read of a registry. */
export interface RegistryFacts {
  readonly registry: Registry;
  readonly control: Known<Compliance>;
  readonly images: ImagesLook;
  readonly alerts: readonly DefenderAlert[];
  readonly case: Case | null;
  readonly now: string;
}

/** What a look at a registry comes to. */
export interface RegistryJudgement extends UnknownLook {
  readonly findings: readonly Finding[];
  readonly parts: readonly Part[];
  readonly verdict: Verdict;
  /** What there is to say of the rule `images` besides its findings. */
  readonly decision: Leave | null;
}

/**
 * Judges a registry by its settings and its images. An image without a result is unknown, never clean,
 * and what this look could not see stays as it was.
 */
export function judgeRegistry(facts: RegistryFacts, inForce: InForce): RegistryJudgement {
  const { images, now } = facts;
  const earlier = facts.case?.findings ?? [];
  const dark = { configuration: notConclusive(facts.control), images: darkImages(images) };
  const again = nextUnknownLook(facts.case, dark.configuration !== null, now);
  const settings = mergeFindings(
    earlier.filter((finding) => !isImageFinding(finding)),
    {
      seen: [
        ...[
          ...policyFindings(facts.control, "configuration"),
          ...noReports({ noun: "registry", part: "configuration" }, again),
        ].filter(({ rule }) => !isExcused(rule, facts, inForce)),
        ...alertFindings(facts.alerts, earlier, now),
      ],
      isClear: (finding) =>
        isAlertFinding(finding) ? isOutdated(finding, now) : dark.configuration === null,
      isExcused: ({ rule }) => isExcused(rule, facts, inForce),
      now,
    },
  );
  const findings = [...settings, ...imageFindings(images, earlier)];
  const alerts = findings.some(isAlertFinding) ? [part("audit-log", { findings }, null)] : [];
  return {
    findings,
    parts: [
      part("images", { findings }, dark.images),
      part("configuration", { findings }, dark.configuration),
      ...alerts,
    ],
    verdict: verdictOf(findings, { ...facts, dark }, inForce),
    decision: decisionOf(facts, dark.images, inForce),
    ...again,
  };
}

function isExcused(
  rule: Finding["rule"],
  { registry, now }: Pick<RegistryFacts, "registry" | "now">,
  { policy }: Pick<InForce, "policy">,
): boolean {
  if (rule === "alerts") return false;
  const about = { subject: registry.id, rule: rule satisfies RuleName };
  return exemptionFor(policy, about, now) !== null;
}

function imageFindings(images: ImagesLook, earlier: readonly Finding[]): readonly Finding[] {
  if (images.kind === "read") return images.findings;
  return images.kind === "unreadable" ? earlier.filter(isImageFinding) : [];
}

const reasons: Readonly<Record<NoScanReason, string>> = {
  "no-plan": "Defender for Containers is off in the subscription: no image is scanned",
  "no-extension":
    "the extension ContainerRegistriesVulnerabilityAssessments is off: no image is scanned",
  unreadable: "whether Defender scans images could not be read",
  "not-pulled": "images that nobody pushed or pulled for 30 days are not scanned",
  "not-assessed":
    "Defender shows no result for any image: none was pushed or pulled for 30 days, or they are of a kind that is not scanned",
};

/** Why the silence about images proves nothing; null = it does. */
function darkImages(images: ImagesLook): string | null {
  if (images.kind === "excused") return null;
  if (images.kind === "unreadable") return images.why;
  const { unjudged, facts } = images;
  if (unjudged) return reasons[unjudged.reason] + (unjudged.why ? ` (${unjudged.why})` : "");
  if (facts.unknown === 0) return null;
  const count = facts.unknown === 1 ? "1 image" : `${facts.unknown} images`;
  return `Defender shows nothing of ${count} any more: they stay open until it does`;
}

interface VerdictFacts extends Pick<RegistryFacts, "images"> {
  readonly dark: { readonly configuration: string | null; readonly images: string | null };
}

/** Alerts are told, but make no registry noncompliant; nor does what is only observed, or not known. */
function verdictOf(
  findings: readonly Finding[],
  { dark }: VerdictFacts,
  { policy }: Pick<InForce, "policy">,
): Verdict {
  const observed = policy.rules.images.mode === "observe";
  const against = findings.filter(
    (finding) =>
      isOpenFinding(finding) &&
      !isAlertFinding(finding) &&
      !isNoReports(finding) &&
      !(observed && isImageFinding(finding)),
  );
  if (against.length > 0) return "noncompliant";
  const seen = dark.configuration === null && (observed || dark.images === null);
  return seen ? "compliant" : "unknown";
}

const about = { rule: "images", act: null } as const;

function decisionOf(
  { registry, images, now }: RegistryFacts,
  dark: string | null,
  inForce: InForce,
): Leave | null {
  const excuse = exempt("images", { subject: registry.id, now }, inForce);
  if (excuse) return leave(about, excuse);
  if (dark === null) return null;
  const isOpen = images.kind === "read" && images.unjudged === null;
  if (isOpen) return null;
  const reason = images.kind === "unreadable" ? "unreadable" : "not-scanned";
  return leave(about, { reason, detail: dark });
}
