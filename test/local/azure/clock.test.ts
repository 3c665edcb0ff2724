import { describe, expect, it } from "vitest";
import { createRealClock, createVirtualClock } from "../../../local/azure/clock.ts";
import { start, startAzure } from "./simulated.ts";

const zero = Date.parse(start);
const at = (seconds: number): number => zero + seconds * 1000;

describe("the virtual clock", () => {
  it("stands until a limit is given, whatever the host wants", async () => {
    const clock = createVirtualClock({ start });
    expect(await clock.advance(at(5))).toEqual({ now: zero, held: true });
    expect(clock.now()).toBe(zero);
  });

  it("jumps to the next due time of either side and runs its own side in order", async () => {
    const clock = createVirtualClock({ start });
    const ran: string[] = [];
    clock.schedule(at(20), () => void ran.push("late"));
    clock.schedule(at(10), async () => {
      await Promise.resolve();
      ran.push("early");
      clock.schedule(at(10), () => void ran.push("early, put in meanwhile"));
    });
    void clock.runUntil(at(60));
    await clock.advance(null);

    expect(await clock.advance(at(5))).toEqual({ now: at(5), held: false });
    expect(await clock.advance(at(30))).toEqual({ now: at(10), held: false });
    expect(ran).toEqual(["early", "early, put in meanwhile"]);
    expect(await clock.advance(at(30))).toEqual({ now: at(20), held: false });
    expect(clock.nextDue()).toBeNull();
  });

  it("resolves once nothing more is due before the limit, and stands at the limit then", async () => {
    const clock = createVirtualClock({ start });
    clock.schedule(at(100), () => {});
    let idle = false;
    const done = clock.runUntil(at(60)).then(() => {
      idle = true;
    });

    expect(await clock.advance(null)).toEqual({ now: zero, held: true });
    await Promise.resolve();
    expect(idle).toBe(false);
    expect(await clock.advance(at(61))).toEqual({ now: at(60), held: true });
    await done;
    expect(clock.nextDue()).toBe(at(100));
  });

  it("takes a question of the host that is due now as no reason to move", async () => {
    const clock = createVirtualClock({ start });
    expect(await clock.advance(zero)).toEqual({ now: zero, held: false });
  });

  it("goes on when something due throws, and tells", async () => {
    const faults: unknown[] = [];
    const clock = createVirtualClock({ start, onFault: (error) => faults.push(error) });
    let ran = false;
    clock.schedule(at(1), () => {
      throw new Error("no");
    });
    clock.schedule(at(2), () => {
      ran = true;
    });
    await clock.passTo(at(3));
    expect(faults).toHaveLength(1);
    expect({ ran, now: clock.now() }).toEqual({ ran: true, now: at(3) });
  });

  it("speaks to a host over HTTP", async () => {
    const { url, clock } = await startAzure([]);
    const advance = async (nextDue: string | null) => {
      const body = JSON.stringify({ nextDue });
      return (await fetch(`${url}/_sim/clock/advance`, { method: "POST", body })).json();
    };
    void clock.runUntil(at(60));

    expect(await (await fetch(`${url}/_sim/clock`)).json()).toEqual({ now: start });
    await advance(null);
    const iso = new Date(at(7)).toISOString();
    expect(await advance(iso)).toEqual({ now: iso, held: false });
    expect(await advance(null)).toEqual({ now: new Date(at(60)).toISOString(), held: true });
  });
});

describe("the real clock", () => {
  it("runs what is due, and nothing once it is stopped", async () => {
    const clock = createRealClock();
    let never = true;
    await new Promise<void>((resolve) => clock.schedule(clock.now() + 1, resolve));
    clock.schedule(clock.now() + 5, () => {
      never = false;
    });
    clock.stop();
    expect(clock.nextDue()).toBeNull();
    expect(never).toBe(true);
  });
});
