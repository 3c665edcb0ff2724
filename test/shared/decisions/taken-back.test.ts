import fc from "fast-check";
import { expect, it } from "vitest";
import { mayWriteAgain, noteTakenBack, writesSince } from "../../../shared/decisions/taken-back.ts";
import { after as plus } from "../../../shared/decisions/time.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import { anOwnWrite, now } from "../../support/builders.ts";

const seen = { by: "terraform", now };

it("notes once who took a write back, until it is written again", () => {
  const [first] = noteTakenBack([anOwnWrite()], { "enable-addon": "off" }, seen);
  if (!first) throw new Error("the write is gone");
  expect(first).toMatchObject({ takenBack: 1, takenBackAt: now, takenBackBy: "terraform" });
  const later = { by: "portal", now: plus(now, { days: 1 }) };
  expect(noteTakenBack([first], { "enable-addon": "off" }, later)).toEqual([first]);
  const again = { ...first, at: plus(now, { days: 8 }) };
  const second = noteTakenBack([again], { "enable-addon": "off" }, later);
  expect(second[0]).toMatchObject({ takenBack: 2, takenBackBy: "portal" });
});

it("counts anew what others set again and took back once more", () => {
  const back = noteTakenBack([anOwnWrite()], { "enable-addon": "off" }, seen);
  const restored = { by: null, now: plus(now, { days: 1 }) };
  const there = noteTakenBack(back, { "enable-addon": "on" }, restored);
  expect(noteTakenBack(there, { "enable-addon": "on" }, { by: null, now: "later" })).toEqual(there);
  const weeks = { by: "terraform", now: plus(now, { days: 21 }) };
  const [again] = noteTakenBack(there, { "enable-addon": "off" }, weeks);
  if (!again) throw new Error("the write is gone");
  expect(again).toMatchObject({ takenBack: 2, takenBackAt: weeks.now });
  expect(mayWriteAgain(again, plus(weeks.now, { days: 1 }))).toBe(false);
});

it("counts nothing that holds, and nothing that was not read", () => {
  const writes = [anOwnWrite(), anOwnWrite({ act: "write-tags", value: "a=b" })];
  expect(noteTakenBack(writes, { "enable-addon": "on" }, seen)).toEqual(writes);
});

it("keeps of writes those on what exists now, and all while nobody knows since when it does", () => {
  const write = anOwnWrite();
  expect(writesSince([write], known(plus(write.at, { hours: 1 })))).toEqual([]);
  expect(writesSince([write], known(write.at))).toEqual([write]);
  expect(writesSince([write], known(null))).toEqual([write]);
  expect(writesSince([write], unreadable("403"))).toEqual([write]);
});

it("forgets what an operator allowed when it is taken back once more", () => {
  const write = anOwnWrite({
    takenBack: 2,
    takenBackAt: "2026-11-01T00:00:00.000Z",
    allowedAt: "2026-11-02T00:00:00.000Z",
    at: "2026-11-03T00:00:00.000Z",
  });
  expect(mayWriteAgain(write, now)).toBe(true);
  const [back] = noteTakenBack([write], { "enable-addon": "off" }, seen);
  if (!back) throw new Error("the write is gone");
  expect(back.takenBack).toBe(3);
  expect(mayWriteAgain(back, plus(now, { days: 365 }))).toBe(false);
});

it("never fights: between two writes that are taken back lie 7 days, and no third without a word", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 30 }), (hours) => {
      let write = anOwnWrite({ at: now });
      let at = now;
      const written = [at];
      for (const pause of hours) {
        at = plus(at, { hours: pause });
        [write = write] = noteTakenBack([write], { "enable-addon": "off" }, { by: "x", now: at });
        if (!mayWriteAgain(write, at)) continue;
        write = { ...write, at };
        written.push(at);
      }
      expect(written.length).toBeLessThanOrEqual(2);
      const [first, second] = written;
      if (first && second) {
        expect(Date.parse(second) - Date.parse(first)).toBeGreaterThanOrEqual(7 * 86_400_000);
      }
    }),
  );
});
