import fc from "fast-check";
import { expect, it } from "vitest";
import { withHost } from "../../../local/demo/host-end.ts";
import { condense, type SentMail, tellStory } from "../../../local/demo/story.ts";
import { createTerminal } from "../../../local/demo/terminal.ts";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";
import { aLedgerEntry } from "../../support/builders.ts";

const minutes = ["08:00", "08:01", "08:02"];
const clusters = ["aks-a", "aks-b", "aks-c", "aks-d"];
const timeOf = (minute: string, second: number): string =>
  `2026-11-23T${minute}:${String(second).padStart(2, "0")}.000Z`;

const anEntry = (name: string, over: Partial<LedgerEntry>): LedgerEntry =>
  aLedgerEntry({ subject: `/subscriptions/s/managedclusters/${name}`, ...over });

const happenings = minutes.flatMap((minute) =>
  clusters.flatMap((name) => [
    { minute, entry: anEntry(name, { kind: "leave", reason: "busy: its state is Updating" }) },
    { minute, entry: anEntry(name, {}) },
    { minute, entry: anEntry(name, { act: "write-tags", after: "tagged" }) },
    { minute, entry: anEntry(name, { kind: "refusal", reason: "ScopeLocked: no" }) },
    { minute, mail: { to: [`${name}@contoso.example`], subject: "2 findings", file: "" } },
  ]),
);

/** The happenings in an order, each at a second of its minute. */
const arrivals = fc.tuple(
  fc.shuffledSubarray(happenings, { minLength: happenings.length }),
  fc.array(fc.nat(59), { minLength: happenings.length, maxLength: happenings.length }),
);

function screenOf([order, seconds]: readonly [typeof happenings, readonly number[]]): string {
  const ledger: LedgerEntry[] = [];
  const mails: SentMail[] = [];
  for (const [place, { minute, entry, mail }] of order.entries()) {
    const at = timeOf(minute, seconds[place] ?? 0);
    if (entry) ledger.push({ ...entry, at });
    if (mail) mails.push({ ...mail, at: Date.parse(at) });
  }
  const outcome = { cases: [], ledger, quarantine: 0 };
  const story = tellStory({ outcome, deliveries: [], mails, lastScan: timeOf("08:01", 0) });
  let screen = "";
  const write = (text: string | Uint8Array): boolean => {
    screen += text;
    return true;
  };
  createTerminal({ isTTY: false, write }).story(condense(story, 12), "Etc/UTC");
  return screen;
}

it("prints the same lines in whatever order things landed within a minute", () => {
  const usual = screenOf([happenings, happenings.map(() => 0)]);
  expect(usual.trimEnd().split("\n")).toHaveLength(13);
  const holds = fc.property(arrivals, (arrived) => {
    expect(screenOf(arrived)).toBe(usual);
  });
  fc.assert(holds);
});

it("ends with what the host said last when the host ends", async () => {
  const ended = withHost({ exited: Promise.resolve(7) }, new Promise(() => undefined), "host.log");
  await expect(ended).rejects.toThrow("ended with code 7; its last words are in host.log");
});
