import { describe, expect, it } from "vitest";
import { type Disturbance, restOf } from "../../../local/proof/rest.ts";
import { instanceId } from "../../../shared/durable/instance.ts";
import { aRecording, exampleOf, subject } from "./a-recording.ts";

const end = aRecording().at;
const runs = (count: number, created = end - 3_600_000) => ({
  instances: [
    {
      id: instanceId("cluster", subject),
      name: "guardCluster",
      status: "Completed",
      output: null,
      created,
      runs: count,
      wakesAt: null,
    },
  ],
});
const rest = (over: Parameters<typeof aRecording>[0], disturbance: Disturbance = "none") =>
  restOf(exampleOf(), aRecording(over), disturbance);

describe("rest", () => {
  it("is at most three runs a subject and change from outside", () => {
    const event = { at: end - 3_600_000, text: `{"subject":"${subject}"}` };
    expect(rest(runs(3)).problems).toEqual([]);
    expect(rest(runs(4)).problems).toHaveLength(1);
    expect(rest({ ...runs(6), delivered: [event] }).problems).toEqual([]);
    const own = { ...event, text: `${event.text} our-app` };
    expect(rest({ ...runs(6), delivered: [own] }).problems).toHaveLength(1);
  });

  it("is one write an act", () => {
    const { writes } = aRecording();
    expect(rest({ writes: [...writes, ...writes] }).problems.join()).toContain("2 writes");
  });

  it("is nothing in the last minutes", () => {
    expect(rest(runs(1, end - 60_000)).problems.join()).toContain("ran at the end");
    const { mails, writes } = aRecording();
    const now = <T extends object>(list: readonly T[]) =>
      list.map((one) => ({ ...one, at: end - 1_000 }));
    expect(rest({ mails: now(mails) }).problems.join()).toContain("left at the end");
    expect(rest({ writes: now(writes) }).problems.join()).toContain("written at the end");
  });

  it("is asked of a run that something befell once, and not while it lasts", () => {
    const late = runs(1, end - 60_000);
    expect(rest(late, "once").problems.join()).toContain("ran at the end");
    expect(rest(late, "lasting").problems).toEqual([]);
    expect(rest(runs(9), "once").problems).toEqual([]);
  });
});
