import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import type { Outcome } from "./outcome.ts";
import type { Delivery } from "./scenario.ts";

/** One line of what happened. */
export interface StoryLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly verb:
    | "event"
    | "alert"
    | "scan"
    | "changed"
    | "left"
    | "refused"
    | "mailed"
    | "ignored"
    | "kept"
    | "more";
  readonly text: string;
  /** Lines of one topic can be told as one; null = always told by itself. */
  readonly topic: string | null;
}

/** A mail that left, as the demo's mailbox knows it. */
export interface SentMail {
  readonly at: number;
  readonly to: readonly string[];
  readonly subject: string;
  readonly file: string;
}

/** What a story is told from. */
export interface StoryFacts {
  readonly outcome: Outcome;
  readonly deliveries: readonly Delivery[];
  readonly mails: readonly SentMail[];
  /** The last finished scan, ISO; null = none. */
  readonly lastScan: string | null;
}

const minuteOf = (at: number): number => Math.floor(at / 60_000);

/**
 * Tells what happened minute by minute, in people's words; within a minute what came, then what was
 * done about it. What ran at the same time is told in one order, in whichever it ended.
 */
export function tellStory(facts: StoryFacts): readonly StoryLine[] {
  const names = new Map(
    facts.outcome.cases.map(({ case: found }) => [found.subject, found.name] as const),
  );
  const came = facts.deliveries.flatMap((delivery, index) =>
    tellDelivery(delivery, facts.deliveries.slice(0, index)),
  );
  const done = [
    ...facts.outcome.ledger.flatMap((entry) =>
      tellEntry(entry, names.get(entry.subject) ?? nameOf(entry.subject)),
    ),
    ...facts.mails.map(tellMail),
  ].sort(byVerb);
  return [...came, ...tellScan(facts), ...done].sort(
    (left, right) => minuteOf(left.at) - minuteOf(right.at),
  );
}

const verbs: readonly StoryLine["verb"][] = ["changed", "refused", "left", "mailed"];

/** The words decide last, by their code units: a machine's language has no part in it. */
function byVerb(left: StoryLine, right: StoryLine): number {
  const order = verbs.indexOf(left.verb) - verbs.indexOf(right.verb);
  if (order !== 0 || left.text === right.text) return order;
  return left.text < right.text ? -1 : 1;
}

function tellDelivery(delivery: Delivery, before: readonly Delivery[]): StoryLine[] {
  const { at, change, push, text } = delivery;
  if (push) {
    const image = push.tag ? `${push.repository}:${push.tag}` : push.repository;
    const what = `${nameOf(push.registry)}: ${image} pushed`;
    return [{ at, verb: "event", text: what, topic: null }];
  }
  if (change) {
    const what = `${nameOf(change.resource)} changed by ${change.as.name}`;
    return [{ at, verb: "event", text: what, topic: null }];
  }
  const body = parse(text);
  if (body === undefined) {
    return [{ at, verb: "kept", text: "an event that is not JSON: kept aside", topic: null }];
  }
  if (before.some((earlier) => earlier.text === text)) {
    return [{ at, verb: "ignored", text: "the same alert again (duplicate)", topic: null }];
  }
  const topic = `delivery ${delivery.file}`;
  return eventsIn(body).map((event) => ({ at, topic, ...tellEvent(event, at) }));
}

const eventsIn = (body: unknown): Record<string, unknown>[] =>
  (Array.isArray(body) ? body : [body]).filter(
    (one): one is Record<string, unknown> => typeof one === "object" && one !== null,
  );

const late = 10 * 60_000;

function tellEvent(event: Record<string, unknown>, at: number): Pick<StoryLine, "verb" | "text"> {
  const title = event["AlertDisplayName"];
  if (typeof title === "string") {
    const severity = String(event["Severity"]).toUpperCase();
    return { verb: "alert", text: `${severity} ${title}, ${String(event["CompromisedEntity"])}` };
  }
  const type = String(event["eventType"] ?? event["type"] ?? "");
  const time = Date.parse(String(event["eventTime"] ?? event["time"] ?? ""));
  const name = nameOf(String(event["subject"] ?? "an event"));
  const what = type.includes("PolicyState") ? "Azure Policy judged it anew" : "changed";
  return { verb: "event", text: `${name}: ${what}${at - time > late ? " (an older event)" : ""}` };
}

function tellEntry(entry: LedgerEntry, name: string): StoryLine[] {
  const at = Date.parse(entry.at);
  const text = (what: string): string => `${name.padEnd(17)} ${what}`;
  const act = entry.act === "look" ? entry.rule : wordsOf(entry.act);
  switch (entry.kind) {
    case "change": {
      const cost = entry.addedCost ? `   about $${Math.round(entry.addedCost)} a month` : "";
      const what = `${act}: ${entry.before || "not set"} -> ${entry.after ?? "?"}${cost}`;
      return [{ at, verb: "changed", text: text(what), topic: act === "tags" ? "tags" : null }];
    }
    case "leave": {
      const [reason = "", ...detail] = entry.reason.split(": ");
      const topic = reason === "stage" ? "observed" : `${name} ${reason}`;
      const why = [reasons[reason] ?? reason, ...detail].join(": ");
      return [{ at, verb: "left", text: text(`${act}: ${why}`), topic }];
    }
    case "refusal":
    case "failure":
      return [
        { at, verb: "refused", text: text(`${act}: ${entry.reason}`), topic: `refused ${name}` },
      ];
    default:
      return [];
  }
}

const acts: Readonly<Record<string, string>> = {
  "enable-addon": "add-on",
  "enable-sensor": "sensor",
  "write-tags": "tags",
};

const reasons: Readonly<Record<string, string>> = {
  "azure-policy-remediates": "Azure Policy does it",
  exempt: "exempt",
  limit: "over the limit",
  "no-policy-reports": "no policy reports yet",
  "not-registered": "not registered",
  "not-scanned": "not scanned",
  paused: "paused by its owners",
  "taken-back": "others took it back",
  unreadable: "not readable",
  "would-block": "would block deployments",
  young: "too new",
};

const wordsOf = (act: string): string => acts[act] ?? act.replace(/^enable-plan:/, "plan ");

function tellMail(mail: SentMail): StoryLine {
  const to = mail.to.map((address) => address.split("@")[0]).join(", ");
  const topic = `mails ${minuteOf(mail.at)}`;
  return { at: mail.at, verb: "mailed", text: `${to}: ${mail.subject}`, topic };
}

function tellScan({ lastScan }: StoryFacts): StoryLine[] {
  if (lastScan === null) return [];
  const text = "the whole estate, read by the page; the operators get their report";
  return [{ at: Date.parse(lastScan), verb: "scan", text, topic: null }];
}

/**
 * The same story in at most so many lines: one line stands for all of its topic, tags and what is
 * only observed go last as numbers, and what does not fit is counted.
 */
export function condense(story: readonly StoryLine[], limit: number): readonly StoryLine[] {
  const told = story.filter(({ topic }) => topic !== "tags" && topic !== "observed");
  const lines = told.flatMap((line) => standIn(line, told) ?? []);
  const kept = lines.slice(0, limit);
  const last = kept.at(-1);
  if (!last || kept.length === story.length) return kept;
  const count = (topic: string): number => story.filter((line) => line.topic === topic).length;
  const text = `${count("tags")} tags written, ${count("observed")} things only observed, as the policy says`;
  const more = lines.length > limit ? `; ${lines.length - limit} more in report.html` : "";
  return [...kept, { at: last.at, verb: "more", text: `${text}${more}`, topic: null }];
}

/** The line itself if it stands for its topic, with the number of the others; else null. */
function standIn(line: StoryLine, story: readonly StoryLine[]): StoryLine | null {
  if (line.topic === null) return line;
  const same = story.filter(({ topic }) => topic === line.topic);
  const chosen = same.find(({ text }) => text.includes(" add-on: ")) ?? same[0];
  if (chosen !== line) return null;
  const others = same.length - 1;
  const counted = line.verb === "mailed" || line.verb === "alert";
  return others > 0 && counted ? { ...line, text: `${line.text} (+${others} more)` } : line;
}

/** The last part of an id: how people call the thing. */
export function nameOf(id: string): string {
  return id.replace(/\/+$/, "").split("/").at(-1) ?? id;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
