import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AgendaRow,
  isDueAgain,
  marked,
  settled,
  turnOf,
} from "../../../shared/domain/agenda-row.ts";

const subject = "/subscriptions/s/resourcegroups/rg/providers/p/clusters/c";
const kind = "cluster";
const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 8, minute)).toISOString();
const row = (rest: Partial<AgendaRow> = {}): AgendaRow => ({
  subject,
  kind,
  at: at(0),
  by: null,
  etag: "one",
  ...rest,
});
const atOnce = (minute: number) => ({ subject, kind, at: at(minute) }) as const;
const delayed = (minute: number) => ({ ...atOnce(minute), notBefore: true }) as const;

describe("a mark", () => {
  it("never makes a subject wait longer, and never forgets a look that must come later", () => {
    const marks = fc.array(fc.record({ minute: fc.nat(30), late: fc.boolean() }), { minLength: 1 });
    const law = fc.property(marks, (all) => {
      let found: AgendaRow | null = null;
      for (const { minute, late } of all) {
        const before: AgendaRow | null = found;
        found = { ...marked(before, late ? delayed(minute) : atOnce(minute)), etag: `${minute}` };
        if (before) expect(found.at <= before.at).toBe(true);
      }
      const late = all.filter((mark) => mark.late).map(({ minute }) => at(minute));
      expect(found?.notBefore).toBe(late.sort().at(-1));
    });
    fc.assert(law);
  });

  it("for later leaves the turn of a row that is due, one at once ends it", () => {
    const after = { ...marked(row(), delayed(5)), etag: "two" };
    expect(turnOf(after)).toBe("one");
    const twice = { ...marked(after, delayed(7)), etag: "three" };
    expect(turnOf(twice)).toBe("one");
    expect(turnOf({ ...marked(twice, atOnce(3)), etag: "four" })).toBe("four");
  });

  it("for later keeps the caller that a due row names", () => {
    expect(marked(row({ by: "terraform" }), delayed(5)).by).toBe("terraform");
    expect(marked(row({ by: "terraform", at: at(20) }), delayed(5)).by).toBeNull();
    expect(marked(row({ by: "terraform" }), atOnce(5)).by).toBeNull();
  });
});

describe("a look", () => {
  it("settles a row that nothing more is asked of", () => {
    expect(settled(row(), null)).toBeNull();
    expect(settled(row(), at(9))).toEqual({ subject, kind, at: at(9), by: null });
  });

  it("that came too early for a mark is followed by one that does not", () => {
    const early = row({ notBefore: at(5) });
    expect(settled(early, null)).toMatchObject({ at: at(5), notBefore: at(5) });
    expect(settled(early, at(3))).toMatchObject({ at: at(3), notBefore: at(5) });
    expect(settled(early, at(9))).toMatchObject({ at: at(5), notBefore: at(5) });
  });

  it("is broken off by a mark that is due, not by one for later", () => {
    const now = at(4);
    expect(isDueAgain(row(), row(), now)).toBe(false);
    expect(isDueAgain(row(), { ...marked(row(), delayed(5)), etag: "two" }, now)).toBe(false);
    expect(isDueAgain(row(), { ...marked(row(), delayed(4)), etag: "two" }, now)).toBe(true);
    expect(isDueAgain(row(), { ...marked(row(), atOnce(4)), etag: "two" }, now)).toBe(true);
    expect(isDueAgain(row(), row({ at: at(9), etag: "two" }), now)).toBe(false);
  });
});
