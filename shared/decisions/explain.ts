import type { Case, OwnWrite } from "../domain/case.ts";
import type { Decision, RefusedAct } from "../domain/decision.ts";
import type { Finding, Part, PartName } from "../domain/finding.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import { isImageFinding } from "./image-findings.ts";
import { actWords, reasonWords, ruleWords } from "./words.ts";

/**
 * Says in plain words why a resource was changed or left: what was found, changed, left and refused,
 * what comes next and who is told. `now` is an ISO time. Text from outside stays untrusted.
 */
export function explainCase(value: Case, now: string): readonly string[] {
  const open = value.findings.filter(({ resolvedAt }) => resolvedAt === null);
  const fixed = value.findings.filter(({ resolvedAt }) => resolvedAt !== null);
  return [
    opening(value, open.length),
    ...open.map(found),
    ...moreImages(value, open),
    ...value.parts.filter(({ status }) => status === "unreadable").map(unreadable),
    ...fixed.map(nowFine),
    ...value.history.filter(isChange).map(changed),
    ...value.writes.filter(({ takenBack }) => takenBack > 0).map(takenBack),
    ...value.decisions.map((decision) => decided(decision, now)),
    ...value.refusals.map(refused),
    ...ending(value, now),
  ];
}

function opening(value: Case, open: number): string {
  const where =
    value.kind === "subscription"
      ? ""
      : `, subscription ${value.subscriptionName ?? value.subscriptionId}`;
  const name = `${kindWords[value.kind]} ${value.name}${where}`;
  if (value.gone) return `${name}: gone from Azure; the case is closed.`;
  if (value.closedAt) return `${name}: nothing is open since ${when(value.closedAt)}.`;
  const count = open === 0 ? "nothing to fix is open" : `${things(open)} to fix`;
  return `${name}: ${count}; looked at ${when(value.updatedAt)}, stage ${value.stage}.`;
}

const kindWords: Readonly<Record<Case["kind"], string>> = {
  cluster: "Cluster",
  registry: "Registry",
  subscription: "Subscription",
};

/** A case itself holds as many images as fit; all of them are kept beside it. */
function moreImages({ facts }: Case, open: readonly Finding[]): readonly string[] {
  const listed = open.filter(isImageFinding).length;
  const all = facts.images?.open ?? 0;
  return all > listed
    ? [`Found: ${all} images in all; those not named here stand under the case's images.`]
    : [];
}

function found(finding: Finding): string {
  const { componentCount: count, cutOff } = finding;
  const places = count === 1 && !cutOff ? "1 place" : `${count}${cutOff ? " or more" : ""} places`;
  const where = count > 0 ? ` (${places})` : "";
  return `Found: ${finding.severity}: ${finding.title}${where}, since ${when(finding.firstSeen)}.`;
}

const partWords: Readonly<Record<PartName, string>> = {
  "audit-log": "alerts from the audit log",
  node: "alerts from nodes and containers",
  configuration: "its configuration",
  workload: "the workloads' configuration",
  plans: "the Defender plans",
  images: "its images",
};

const unreadable = ({ name, why }: Part): string =>
  `Not readable: ${partWords[name]}${why ? `: ${why}` : ""}. Nothing is concluded from that.`;

const nowFine = ({ title, resolvedAt }: Finding): string =>
  `Fixed: ${title}, ${when(resolvedAt ?? "")}.`;

const isChange = ({ kind }: LedgerEntry): boolean => kind === "change" || kind === "failure";

function changed(entry: LedgerEntry): string {
  const values =
    entry.before === null && entry.after === null
      ? ""
      : `: ${entry.before ?? "nothing"} -> ${entry.after ?? "nothing"}`;
  const word = entry.kind === "change" ? "Changed" : "Tried and failed";
  const why = entry.reason ? `, because ${entry.reason}` : "";
  return `${word}: ${doing(entry.act)}${values}, ${when(entry.at)}${why}.`;
}

function takenBack(write: OwnWrite): string {
  const who = write.takenBackBy ? ` by ${write.takenBackBy}` : "";
  const times = write.takenBack === 1 ? "once" : `${write.takenBack} times`;
  const date = write.takenBackAt ? `, last ${when(write.takenBackAt)}` : "";
  const allowed = write.allowedAt ? ` An operator allowed it again ${when(write.allowedAt)}.` : "";
  return `Taken back: ${doing(write.act)} was undone ${times}${who}${date}.${allowed}`;
}

function decided(decision: Decision, now: string): string {
  const rule = ruleWords[decision.rule];
  if (decision.kind === "act") return `To be changed: ${rule}: ${decision.detail}.`;
  const fine = decision.reason === "compliant" || decision.reason === "not-required";
  const detail = decision.detail ? ` (${decision.detail})` : "";
  const again = decision.lookAgain ? ` Looked at again ${soon(decision.lookAgain, now)}.` : "";
  return `${fine ? "Fine" : "Left"}: ${rule}: ${reasonWords[decision.reason]}${detail}.${again}`;
}

function refused({ act, at, code, message, fix }: RefusedAct): string {
  const mend = fix ? ` To mend it: ${fix}` : "";
  return `Refused by Azure: ${doing(act)}, ${when(at)}: ${code}: ${message}${mend}`;
}

function ending(value: Case, now: string): readonly string[] {
  const { fault, lookAgain, recipients, gone } = value;
  return [
    ...(fault
      ? [
          `Not finished: the look of ${when(fault.at)} broke off, ${times(fault.count)}: ${fault.message}`,
        ]
      : []),
    ...(lookAgain && !gone
      ? [`Next: looked at again ${soon(lookAgain.at, now)}: ${lookAgain.why}.`]
      : []),
    ...(recipients ? [told(recipients)] : []),
    ...(value.missedByContact ? [notTold(value.missedByContact.length)] : []),
    ...((value.facts.images?.open ?? 0) > 0
      ? ["Of an image those are told whom the policy names for its repository, else the same."]
      : []),
  ];
}

function told({ to, why, dropped }: NonNullable<Case["recipients"]>): string {
  const left = dropped.map((drop) => `${drop.address} is left out: ${drop.why}`);
  const who = to.length > 0 ? `Told: ${to.join(", ")} (${why})` : `Nobody can be told: ${why}`;
  return [who, ...left].join("; ");
}

const notTold = (count: number): string =>
  `The subscription's security contact cannot be read, so it has not been told of ${count === 1 ? "1 alert" : `${count} alerts`} yet.`;

function doing(act: string): string {
  if (act === "write-tags") return "writing our tags";
  const what = actWords(act);
  return what === act ? act : `switching the ${what} on`;
}

const things = (count: number): string => (count === 1 ? "1 thing" : `${count} things`);
const times = (count: number): string => (count === 1 ? "once" : `${count} times in a row`);

const when = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

const soon = (iso: string, now: string): string => (iso <= now ? "now" : `from ${when(iso)} on`);
