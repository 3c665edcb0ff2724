import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DigestFacts, planDigest } from "../../../shared/decisions/digest.ts";
import { after as plus } from "../../../shared/decisions/time.ts";
import type { Case } from "../../../shared/domain/case.ts";
import type { Digest, Notice } from "../../../shared/domain/notice.ts";
import {
  aCase,
  aDigest,
  aFinding,
  aLeave,
  aNotice,
  anAlert,
  anInForce,
  anOwnWrite,
  now,
} from "../../support/builders.ts";

const owners = "owners/shop-team@contoso.com";
const open = aCase({ findings: [aFinding()] });
const plan = (over: Partial<DigestFacts> = {}) =>
  planDigest({
    owners,
    notices: [aNotice()],
    digests: [],
    cases: [open],
    inForce: anInForce(),
    now,
    ...over,
  });
const alertNotice = (id: string, over: Partial<Notice> = {}) =>
  aNotice({ key: `alert:${id}`, kind: "alert", urgent: true, createdAt: now, ...over });
const sentNotice = aNotice({
  createdAt: "2026-11-16T08:00:00.000Z",
  sentAt: "2026-11-16T09:00:30.000Z",
});
const lastWeek = aDigest({
  frozenAt: "2026-11-16T09:00:00.000Z",
  sentAt: "2026-11-16T09:00:30.000Z",
});

describe("a digest", () => {
  it("goes out in the owners' window with all that is new", () => {
    expect(plan()).toEqual({
      kind: "send",
      urgent: false,
      notices: [aNotice()],
      parts: { new: [aNotice()], stillOpen: [], fixed: [] },
    });
  });

  it("waits for the window", () => {
    expect(plan({ now: "2026-11-23T08:30:00.000Z" })).toEqual({
      kind: "wait",
      until: "2026-11-23T09:00:00.000Z",
    });
    expect(plan({ now: "2026-11-28T10:00:00.000Z" })).toEqual({
      kind: "wait",
      until: "2026-11-30T09:00:00.000Z",
    });
  });

  it("is one a day", () => {
    const today = aDigest({ id: "other", notices: [], frozenAt: "2026-11-23T09:00:00.000Z" });
    expect(plan({ digests: [today], now: "2026-11-23T12:00:00.000Z" })).toEqual({
      kind: "wait",
      until: "2026-11-24T09:00:00.000Z",
    });
    const yesterday = { ...today, frozenAt: "2026-11-20T09:00:00.000Z" };
    expect(plan({ digests: [yesterday] }).kind).toBe("send");
  });

  it("is one at a time", () => {
    const waiting = aDigest({ status: "sending", notices: [], frozenAt: lastWeek.frozenAt });
    expect(plan({ digests: [waiting] })).toEqual({ kind: "nothing" });
    expect(plan({ digests: [{ ...waiting, status: "stale" }] }).kind).toBe("send");
  });

  it("that waited too long to be sent is made anew", () => {
    const stale = aDigest({ status: "stale", sentAt: null, frozenAt: plus(now, { seconds: 1 }) });
    expect(plan({ digests: [stale], now: plus(now, { minutes: 5 }) })).toMatchObject({
      kind: "send",
      parts: { new: [aNotice()], stillOpen: [] },
    });
  });

  it.each(["sent", "preview"] as const)("that is %s is not made twice", (status) => {
    const digests = [aDigest({ status, frozenAt: now })];
    const next = plan({ digests, now: "2026-11-24T09:00:00.000Z" });
    expect(next).toEqual({ kind: "wait", until: "2026-11-30T09:00:00.000Z" });
  });

  it("that was refused is tried again, three times in all", () => {
    const failed = (id: string) => aDigest({ id, status: "failed", frozenAt: now });
    const later = "2026-11-24T09:00:00.000Z";
    expect(plan({ digests: [failed("1"), failed("2")], now: later }).kind).toBe("send");
    const given = plan({ digests: [failed("1"), failed("2"), failed("3")], now: later });
    expect(given).not.toMatchObject({ kind: "send", parts: { new: [aNotice()] } });
  });

  it("does not tell what is over, gone, or was never a case", () => {
    const none = { kind: "nothing" };
    expect(plan({ cases: [aCase({ findings: [aFinding({ resolvedAt: now })] })] })).toEqual(none);
    expect(plan({ cases: [{ ...open, gone: true }] })).toEqual(none);
    expect(plan({ cases: [] })).toEqual(none);
    expect(plan({ notices: [] })).toEqual(none);
  });

  it("tells what is fixed to those who heard of it", () => {
    const fixedNotice = aNotice({ key: `fixed:${aFinding().key}`, kind: "fixed" });
    const cases = [aCase({ findings: [aFinding({ resolvedAt: now })] })];
    const digests = [lastWeek];
    expect(plan({ notices: [sentNotice, fixedNotice], cases, digests })).toMatchObject({
      kind: "send",
      parts: { new: [], stillOpen: [], fixed: [fixedNotice] },
    });
    expect(plan({ notices: [aNotice(), fixedNotice], cases, digests: [] })).toEqual({
      kind: "nothing",
    });
  });

  it("repeats beside the news what is still open", () => {
    const second = aNotice({ key: "finding:addon" });
    const cases = [aCase({ findings: [aFinding(), aFinding({ key: "addon" })] })];
    expect(plan({ notices: [sentNotice, second], cases, digests: [lastWeek] })).toMatchObject({
      kind: "send",
      parts: { new: [second], stillOpen: [sentNotice] },
    });
  });

  it("drops a refusal and a reason that no longer stand", () => {
    const refused = aNotice({ key: "refusal:enable-addon", kind: "refusal" });
    const left = aNotice({ key: "left:addon:would-block", kind: "left" });
    const standing = aCase({
      refusals: [
        { act: "enable-addon", rule: "addon", at: now, code: "x", message: "y", fix: null },
      ],
      decisions: [aLeave({ reason: "would-block" })],
    });
    expect(plan({ notices: [refused, left], cases: [aCase()] })).toEqual({ kind: "nothing" });
    expect(plan({ notices: [refused, left], cases: [standing] })).toMatchObject({
      parts: { new: [refused, left] },
    });
  });
});

describe("after the add-on came on", () => {
  const dark = (at: string): Case =>
    aCase({
      findings: [aFinding()],
      parts: [{ name: "workload", status: "unreadable", why: "45 minutes" }],
      writes: [anOwnWrite({ at })],
    });
  const notices = [aNotice({ createdAt: "2026-11-23T08:58:00.000Z" })];

  it("the mail waits for the first report, an hour at most", () => {
    expect(plan({ notices, cases: [dark("2026-11-23T08:58:00.000Z")] })).toEqual({
      kind: "wait",
      until: "2026-11-23T09:58:01.000Z",
    });
    const at = "2026-11-23T09:58:01.000Z";
    expect(plan({ notices, cases: [dark("2026-11-23T08:58:00.000Z")], now: at }).kind).toBe("send");
  });

  it("it goes as soon as the report is there", () => {
    const seen = { ...dark("2026-11-23T08:58:00.000Z"), parts: [] };
    expect(plan({ notices, cases: [seen] }).kind).toBe("send");
  });

  it("one cluster after the other does not put it off for ever", () => {
    const at = "2026-11-23T09:58:01.000Z";
    expect(plan({ notices, cases: [dark("2026-11-23T09:50:00.000Z")], now: at }).kind).toBe("send");
  });
});

describe("an urgent alert", () => {
  const saturday = "2026-11-28T03:00:00.000Z";

  it("goes at once, whatever the hour, and alone", () => {
    const alerts = ["1", "2"].map((id) => alertNotice(id, { createdAt: saturday }));
    expect(plan({ notices: [aNotice(), ...alerts], now: saturday })).toMatchObject({
      kind: "send",
      urgent: true,
      notices: [{ key: "alert:1" }, { key: "alert:2" }],
    });
  });

  it("of a storm goes in one mail a subject and hour, with all that came meanwhile", () => {
    const first = aDigest({
      urgent: true,
      frozenAt: saturday,
      notices: [{ subject: open.subject, key: "alert:1" }],
    });
    const at = (minutes: number) => plus(saturday, { minutes });
    const notices = [
      alertNotice("1", { createdAt: saturday }),
      ...["2", "3", "4"].map((id) => alertNotice(id, { createdAt: at(5) })),
    ];
    expect(plan({ notices, digests: [first], now: at(10) })).toEqual({
      kind: "wait",
      until: plus(saturday, { hours: 1, seconds: 1 }),
    });
    expect(plan({ notices, digests: [first], now: at(61) })).toMatchObject({
      urgent: true,
      notices: [{ key: "alert:2" }, { key: "alert:3" }, { key: "alert:4" }],
    });
  });

  it("that is in no case is told while its look may be under way, and not when it is long over", () => {
    const at = (days: number) => ({ notices: [alertNotice("1")], now: plus(now, { days }) });
    expect(plan(at(3))).toMatchObject({ kind: "send", urgent: true });
    expect(plan(at(90))).toEqual({ kind: "nothing" });
  });

  it("of another cluster does not wait for it", () => {
    const first = aDigest({
      urgent: true,
      frozenAt: saturday,
      notices: [{ subject: "other", key: "alert:1" }],
    });
    const notices = [alertNotice("2", { createdAt: saturday })];
    expect(plan({ notices, digests: [first], now: saturday }).kind).toBe("send");
  });

  it("is not told once it is over, but a test is", () => {
    const over = (resolvedAt: string) =>
      aCase({ findings: [aFinding({ key: "alert:1", rule: "alerts", resolvedAt })] });
    const notices = [alertNotice("1")];
    expect(plan({ notices, cases: [over(plus(now, { minutes: 1 }))] })).toEqual({
      kind: "nothing",
    });
    expect(plan({ notices, cases: [over(now)] }).kind).toBe("send");
  });

  it("is told even before its case is written", () => {
    expect(plan({ notices: [alertNotice(anAlert().id)], cases: [] }).kind).toBe("send");
  });
});

describe("a reminder", () => {
  const reminded = (at: string, over: Partial<DigestFacts> = {}) =>
    plan({ notices: [sentNotice], digests: [lastWeek], now: at, ...over });

  it("comes 7 days after the last mail, in the window", () => {
    expect(reminded("2026-11-20T12:00:00.000Z")).toEqual({
      kind: "wait",
      until: "2026-11-23T09:00:00.000Z",
    });
    expect(reminded(now)).toMatchObject({
      kind: "send",
      notices: [sentNotice],
      parts: { new: [], stillOpen: [sentNotice], fixed: [] },
    });
  });

  it("does not come when nothing is open, nor for alerts", () => {
    expect(reminded(now, { cases: [aCase()] })).toEqual({ kind: "nothing" });
    const alerted = aCase({ findings: [aFinding({ key: "alert:1", rule: "alerts" })] });
    const notices = [alertNotice("1", { sentAt: plus(now, { seconds: 1 }) })];
    expect(reminded(now, { notices, cases: [alerted] })).toEqual({ kind: "nothing" });
  });
});

type Happening =
  | { readonly kind: "opens" | "ends"; readonly key: string }
  | { readonly kind: "alert"; readonly id: string }
  | { readonly kind: "passes"; readonly minutes: number };
const happenings = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom<"opens" | "ends">("opens", "ends"),
      key: fc.constantFrom("addon", "sensor", "policy:a", "policy:b"),
    }),
    fc.record({ kind: fc.constant<"alert">("alert"), id: fc.constantFrom("1", "2", "3", "4") }),
    fc.record({
      kind: fc.constant<"passes">("passes"),
      minutes: fc.integer({ min: 1, max: 3_000 }),
    }),
  ),
  { maxLength: 25 },
);

/** Owners whose cluster has a life; what they are mailed goes into the log. */
function live(all: readonly Happening[], mayFail: readonly boolean[]) {
  let at = now;
  let mails = 0;
  const findings = new Map<string, ReturnType<typeof aFinding>>();
  const notices = new Map<string, Notice>();
  const digests: Digest[] = [];
  const log: { at: string; urgent: boolean; told: readonly Notice[]; ok: boolean }[] = [];
  const cases = () => [aCase({ findings: [...findings.values()] })];
  const leave = (notice: Notice) => notices.set(notice.key, notice);

  function mail(): string | null {
    for (;;) {
      const facts = { owners, notices: [...notices.values()], digests, cases: cases() };
      const next = planDigest({ ...facts, inForce: anInForce(), now: at });
      if (next.kind !== "send") return next.kind === "wait" ? next.until : null;
      const fails = mayFail[mails] ?? false;
      mails += 1;
      digests.push(
        aDigest({
          id: String(mails),
          urgent: next.urgent,
          notices: next.notices.map(({ subject, key }) => ({ subject, key })),
          status: fails ? "failed" : "sent",
          frozenAt: at,
        }),
      );
      for (const notice of fails ? [] : next.notices) leave({ ...notice, sentAt: at });
      log.push({
        at,
        urgent: next.urgent,
        told: [...next.parts.new, ...next.parts.fixed],
        ok: !fails,
      });
      if (fails) at = plus(at, { hours: 24 });
      if (mails > 300) throw new Error("mails without end");
    }
  }

  function passUntil(end: string): void {
    for (let until = mail(); until !== null && until <= end; until = mail()) at = until;
    at = at > end ? at : end;
  }

  for (const one of all) {
    at = plus(at, { seconds: 1 });
    if (one.kind === "opens" && findings.get(one.key)?.resolvedAt !== null) {
      findings.set(one.key, aFinding({ key: one.key, firstSeen: at }));
      leave(aNotice({ key: `finding:${one.key}`, createdAt: at }));
    }
    const known = one.kind === "ends" ? findings.get(one.key) : undefined;
    if (one.kind === "ends" && known?.resolvedAt === null) {
      findings.set(one.key, { ...known, resolvedAt: at });
      leave(aNotice({ key: `fixed:${one.key}`, kind: "fixed", createdAt: at }));
    }
    if (one.kind === "alert" && !notices.has(`alert:${one.id}`)) {
      leave(alertNotice(one.id, { createdAt: at }));
    }
    passUntil(one.kind === "passes" ? plus(at, { minutes: one.minutes }) : at);
  }
  passUntil(plus(at, { days: 30 }));
  return { log, findings: [...findings.values()], notices: [...notices.values()] };
}

it("nothing is told twice, and nothing that still holds is lost", () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { log, findings, notices } = live(all, []);
      const told = log.flatMap((mail) => mail.told.map((one) => `${one.key} ${one.createdAt}`));
      expect(new Set(told).size).toBe(told.length);
      for (const { key } of findings.filter(({ resolvedAt }) => resolvedAt === null)) {
        const notice = notices.find((one) => one.key === `finding:${key}`);
        expect(told).toContain(`finding:${key} ${notice?.createdAt}`);
      }
      for (const { key, createdAt } of notices.filter(({ kind }) => kind === "alert")) {
        expect(told).toContain(`${key} ${createdAt}`);
      }
    }),
    { numRuns: 200 },
  );
});

it("a mail that was refused loses nothing", () => {
  fc.assert(
    fc.property(happenings, fc.array(fc.boolean(), { maxLength: 2 }), (all, mayFail) => {
      const { log, notices } = live(all, mayFail);
      const told = log.filter(({ ok }) => ok).flatMap((mail) => mail.told.map(({ key }) => key));
      for (const { key } of notices.filter(({ kind }) => kind === "alert")) {
        expect(told).toContain(key);
      }
    }),
    { numRuns: 100 },
  );
});

it("digests leave in the window, one a day; urgent mails one an hour", () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { log } = live(all, []);
      const digests = log.filter(({ urgent }) => !urgent).map(({ at }) => at);
      expect(new Set(digests.map((at) => at.slice(0, 10))).size).toBe(digests.length);
      for (const at of digests) {
        expect(new Date(at).getUTCDay() % 6).not.toBe(0);
        expect(Number(at.slice(11, 13))).toBeGreaterThanOrEqual(9);
        expect(Number(at.slice(11, 13))).toBeLessThan(17);
      }
      const urgent = log.filter((mail) => mail.urgent).map(({ at }) => Date.parse(at));
      for (const [place, at] of urgent.entries()) {
        if (place > 0) expect(at - (urgent[place - 1] ?? 0)).toBeGreaterThanOrEqual(3_600_000);
      }
    }),
    { numRuns: 100 },
  );
});
