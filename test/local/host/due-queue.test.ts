import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDueQueue } from "../../../local/host/due-queue.ts";

describe("a queue of things that are due", () => {
  const entries = fc.array(fc.record({ due: fc.integer({ min: 0, max: 50 }), kept: fc.boolean() }));

  it("runs what is due in the order of time, then of arrival, and nothing that was taken out", () => {
    const holds = fc.property(entries, fc.integer({ min: 0, max: 60 }), (given, now) => {
      const queue = createDueQueue();
      const ran: number[] = [];
      const cancels = given.map(({ due }, index) => queue.add(due, () => ran.push(index)));
      given.forEach(({ kept }, index) => {
        if (!kept) cancels[index]?.();
      });
      const kept = given.map((entry, index) => ({ ...entry, index })).filter((entry) => entry.kept);
      kept.sort((a, b) => a.due - b.due || a.index - b.index);
      expect(queue.next()).toBe(kept[0]?.due ?? null);
      queue.runUntil(now);
      expect(ran).toEqual(kept.filter(({ due }) => due <= now).map(({ index }) => index));
      expect(queue.next()).toBe(kept.find(({ due }) => due > now)?.due ?? null);
    });
    fc.assert(holds);
  });

  it("runs what is added while it runs, when that is due too", () => {
    const queue = createDueQueue();
    const ran: string[] = [];
    queue.add(1, () => {
      ran.push("first");
      queue.add(2, () => ran.push("second"));
    });
    queue.runUntil(2);
    expect(ran).toEqual(["first", "second"]);
  });
});
