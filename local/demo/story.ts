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
    | "found"
    | "changed"
    | "left"
    | "refused"
    | "mailed"
    | "ignored"
    | "kept"
    | "scan"
    | "done";
  readonly text: string;
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
}

/** Tells what happened in order of time, in people's words. */
export function tellStory(facts: StoryFacts): readonly StoryLine[] {
  return [
    ...facts.deliveries.flatMap((delivery, index) =>
      tellDelivery(delivery, facts.deliveries.slice(0, index)),
    ),
    ...facts.outcome.ledger.flatMap(tellEntry),
    ...facts.mails.map(tellMail),
  ].sort((left, right) => left.at - right.at);
}

function tellDelivery(delivery: Delivery, before: readonly Delivery[]): StoryLine[] {
  const { at } = delivery;
  if (delivery.change) {
    const what = nameOf(delivery.change.resource);
    return [{ at, verb: "event", text: `${what} changed by ${delivery.change.as.name}` }];
  }
  const body = parse(delivery.text);
  if (body === undefined)
    return [{ at, verb: "kept", text: "an event that is not JSON: kept aside" }];
  if (before.some((earlier) => earlier.text === delivery.text)) {
    return [
      { at, verb: "ignored", text: `${tellBody(body)[0]?.text ?? "an event"}, again (duplicate)` },
    ];
  }
  return tellBody(body).map((line) => ({ at, ...line }));
}

function tellBody(body: unknown): Pick<StoryLine, "verb" | "text">[] {
  return (Array.isArray(body) ? body : [body]).map((one) => {
    const event = typeof one === "object" && one !== null ? (one as Record<string, unknown>) : {};
    const title = event["AlertDisplayName"];
    if (typeof title === "string") {
      const subject = String(event["CompromisedEntity"] ?? "");
      return {
        verb: "alert",
        text: `${String(event["Severity"]).toUpperCase()} ${title}, ${subject}`,
      };
    }
    const type = String(event["eventType"] ?? event["type"] ?? "event");
    return {
      verb: "event",
      text: `${nameOf(String(event["subject"] ?? ""))}: ${type.split(".").at(-1)}`,
    };
  });
}

function tellEntry(entry: LedgerEntry): StoryLine[] {
  const at = Date.parse(entry.at);
  const name = nameOf(entry.subject).padEnd(17);
  switch (entry.kind) {
    case "change": {
      const cost = entry.addedCost ? `   about $${Math.round(entry.addedCost)} a month` : "";
      return [
        {
          at,
          verb: "changed",
          text: `${name} ${wordsOf(entry.act)}: ${entry.before ?? "-"} -> ${entry.after ?? "-"}${cost}`,
        },
      ];
    }
    case "leave":
      return [{ at, verb: "left", text: `${name} ${wordsOf(entry.act)}: ${entry.reason}` }];
    case "refusal":
    case "failure":
      return [{ at, verb: "refused", text: `${name} ${wordsOf(entry.act)}: ${entry.reason}` }];
    default:
      return [];
  }
}

const acts: Readonly<Record<string, string>> = {
  "enable-addon": "add-on",
  "enable-sensor": "sensor",
  "write-tags": "tags",
};

function wordsOf(act: string): string {
  return acts[act] ?? act.replace(/^enable-plan:/, "plan ");
}

function tellMail(mail: SentMail): StoryLine {
  const to = mail.to.map((address) => address.split("@")[0]).join(", ");
  return { at: mail.at, verb: "mailed", text: `${to}: ${mail.subject}` };
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
