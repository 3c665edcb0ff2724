import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideSweep, type InstanceStatus, rowsToSweep } from "../../../shared/decisions/sweep.ts";
import type { AgendaRow } from "../../../shared/domain/agenda-row.ts";
import { instanceId } from "../../../shared/durable/instance.ts";

const now = "2026-11-23T09:00:00.000Z";
const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const row = (name: string, minutes = 0, subscription = "a"): AgendaRow => ({
  subject: `/subscriptions/${subscription}/resourcegroups/g/providers/x/y/${name}`,
  kind: "cluster",
  at: ago(minutes),
  etag: "1",
  by: null,
});
const instanceOf = ({ kind, subject }: AgendaRow) => instanceId(kind, subject);
const state = (status: string, minutes: number, output: unknown = null): InstanceStatus => ({
  status,
  lastUpdated: ago(minutes),
  output,
});
const decide = (
  rows: readonly AgendaRow[],
  statuses: Readonly<Record<string, InstanceStatus>> = {},
  at = now,
) => decideSweep({ rows, statuses, now: at, maxPerSubscription: 3, maxQueries: 20 });
const kindFor = (found: InstanceStatus, at = now) =>
  decide([row("one")], { [instanceOf(row("one"))]: found }, at)[0]?.kind;

describe("a due row", () => {
  it.each([
    [state("Completed", 0), "start"],
    [state("Failed", 14), "wait"],
    [state("Failed", 15), "start"],
    [state("Terminated", 15), "start"],
    [state("Failed", 0, "VersionMismatch: another version"), "start"],
    [state("Failed", 0, "another fault: VersionMismatch"), "wait"],
    [state("Running", 119), "wait"],
    [state("Pending", 120), "terminate"],
    [state("Suspended", 600), "purge-and-start"],
    [state("a status of tomorrow", 0), "wait"],
  ])("whose instance is %j: %s", (found, kind) => {
    expect(kindFor(found)).toBe(kind);
  });

  it("is started when there is no instance", () => {
    expect(decide([row("one")])).toEqual([{ kind: "start", row: row("one"), after: 0 }]);
  });
});

it("leaves what is not due", () => {
  expect(decide([row("one", -1)])).toEqual([]);
});

it("starts the longest due of each subscription first, and no more than allowed", () => {
  const rows = [row("new", 1), row("old", 9), row("older", 20), row("mid", 5), row("b", 0, "b")];
  const started = decide(rows).filter(({ kind }) => kind === "start");
  expect(started.map((step) => step.row.subject.split("/").at(-1))).toEqual([
    "older",
    "old",
    "mid",
    "b",
  ]);
});

it("starts the oldest of all subscriptions up to its own limit, and the system's rows beside them", () => {
  const rows = Array.from({ length: 12 }, (_, place) =>
    row(String(place), 20 - place, String(place % 6)),
  );
  const scan: AgendaRow = { ...row("scan"), subject: "system/scan", kind: "scan" };
  const steps = decide([scan, ...rows]);
  const waiting = steps.filter(({ kind }) => kind === "wait").map(({ row: due }) => due);
  // Three queries for the first look in each of six subscriptions, and one for each further one.
  expect(waiting).toEqual(rows.slice(8));
});

it("lets looks begin one after the other within the minute, in a subscription and in all", () => {
  const own = Array.from({ length: 3 }, (_, place) => row(String(place), 9 - place));
  const others = Array.from({ length: 6 }, (_, place) => row("x", 5 - place, String(place)));
  const scan: AgendaRow = { ...row("scan", 0), subject: "system/scan", kind: "scan" };
  const after = decide([...own, ...others, scan]).map((step) => step.after);
  expect(after).toEqual([0, 20, 40, 15, 24, 33, 42, 51, 0, 0]);
});

it("asks about the beginning of a long queue only, and about every row of the system's own", () => {
  const long = Array.from({ length: 100 }, (_, place) => row(String(place), 100 - place));
  const scan: AgendaRow = { ...row("scan", 0), subject: "system/scan", kind: "scan" };
  const swept = rowsToSweep([scan, ...long, row("b", 0, "b")], { now, maxPerSubscription: 3 });
  expect(swept).toEqual([...long.slice(0, 12), scan, row("b", 0, "b")]);
});

it("never starts beside a live instance, never more than allowed, and forgets no row", () => {
  const instance = fc.record({
    status: fc.constantFrom("Running", "Pending", "Suspended", "Completed", "Failed", "Terminated"),
    lastUpdated: fc.integer({ min: 0, max: 300 }).map(ago),
    output: fc.constantFrom(null, "VersionMismatch: x"),
  });
  const rows = fc.uniqueArray(fc.tuple(fc.nat(40), fc.integer({ min: 0, max: 99 }), fc.nat(2)), {
    selector: ([name]) => name,
  });
  fc.assert(
    fc.property(rows, fc.dictionary(fc.nat(40).map(String), instance), (picked, states) => {
      const all = picked.map(([name, age, sub]) => row(String(name), age, String(sub)));
      const byInstance = Object.fromEntries(
        all.flatMap((each) => {
          const found = states[each.subject.split("/").at(-1) ?? ""];
          return found ? [[instanceOf(each), found]] : [];
        }),
      );
      const steps = decide(all, byInstance);
      const oldest = rowsToSweep(all, { now, maxPerSubscription: 3 });
      expect(steps.map((step) => step.row)).toEqual(oldest);
      if (all.length <= 12) expect(oldest).toHaveLength(all.length);
      for (const { kind, row: due } of steps) {
        const found = byInstance[instanceOf(due)];
        const isAlive = ["Running", "Pending", "Suspended"].includes(found?.status ?? "");
        if (isAlive) expect(kind).not.toBe("start");
      }
      for (const sub of ["0", "1", "2"]) {
        const starts = steps.filter(
          ({ kind, row: due }) =>
            kind === "start" && due.subject.includes(`/${sub}/resourcegroups`),
        );
        expect(starts.length).toBeLessThanOrEqual(3);
      }
    }),
  );
});
