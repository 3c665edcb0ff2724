import { describe, expect, it } from "vitest";
import { registerMistakes } from "../../../../functions/triggers/mistakes.ts";
import type { Digest } from "../../../../shared/domain/notice.ts";
import { aDigest } from "../../../support/builders.ts";
import { createRememberingApp, createTriggers } from "../harness.ts";

const later = (time: string, minutes: number) =>
  new Date(Date.parse(time) + minutes * 60_000).toISOString();

describe("health", () => {
  it("says ok or not to anybody, and nothing else", async () => {
    const { call, clock, gateways, wait } = createTriggers();
    expect(await call("health")).toMatchObject({ status: 200, body: { ok: true } });
    wait(6);
    expect(await call("health")).toMatchObject({ status: 503, body: { ok: false } });
    await gateways.system.noteSweep(clock.now.toISOString());
    wait(5);
    expect((await call("health")).body).toEqual({ ok: true });
    wait(1);
    expect((await call("health")).body).toEqual({ ok: false });
  });

  it("misses no subscription before the first scan has looked for any", async () => {
    const { call, gateways, clock } = createTriggers();
    await gateways.system.noteSubscriptions([{ id: "sub-1", name: "1" }], clock.now.toISOString());
    expect((await call("healthDetails")).body).toMatchObject({
      lastScan: null,
      subscriptions: { expected: 1, readable: 0, missing: [] },
    });
  });

  it("says why to who holds a key", async () => {
    const { call, clock, gateways, wait, deliver, tick } = createTriggers();
    await tick();
    const start = clock.now.toISOString();
    await gateways.system.noteSubscriptions([{ id: "sub-old", name: "Old" }], later(start, -3_000));
    await gateways.system.noteSubscriptions([{ id: "sub-out", name: "Out" }], later(start, -3_000));
    await gateways.system.noteSubscriptions([{ id: "sub-new", name: "New" }], start);
    await gateways.system.noteSubscriptions([{ id: "sub-left", name: "L" }], later(start, -3_000));
    await gateways.system.noteSubscriptions([], start, ["sub-left"]);
    await gateways.system.noteScan(start);
    await deliver("policyStates", "{ not json");
    await call("stopWrites", { method: "POST", body: { why: "an incident" } });
    expect(await call("healthDetails")).toMatchObject({
      status: 200,
      body: {
        ok: true,
        appVersion: "1.2.3",
        policyHash: "hash-1",
        stage: "tell",
        sweepAgeSeconds: 0,
        lastScan: start,
        feeds: { policyStates: start, defenderEvents: null },
        silentFeeds: ["defenderEvents", "resourceChanges"],
        stopped: { why: "an incident" },
        quarantine: 1,
        subscriptions: { expected: 2, readable: 1, missing: ["sub-old"] },
      },
    });
    wait(8 * 24 * 60);
    const old = await call("healthDetails");
    expect(old).toMatchObject({
      status: 503,
      body: { ok: false, silentFeeds: ["defenderEvents", "resourceChanges", "policyStates"] },
    });
  });

  it("names the mails of a week that could not be sent, with what the service said", async () => {
    const { call, clock, gateways } = createTriggers();
    const freeze = (id: string, over: Partial<Digest>) =>
      gateways.digests.freeze(
        "owners/a",
        aDigest({ id, frozenAt: later(clock.now.toISOString(), -60), ...over }),
      );
    const outcome = "TooManyRequests: the quota of the hour is used up";
    await freeze("d-1", { status: "failed", outcome });
    await freeze("d-2", { status: "sent", outcome: "sent" });
    await freeze("d-3", { status: "failed", frozenAt: later(clock.now.toISOString(), -11_000) });
    const { body } = await call("healthDetails");
    expect(body).toMatchObject({ mailsNotSent: [{ subject: aDigest().message.subject, outcome }] });
    expect((body as { mailsNotSent: unknown[] }).mailsNotSent).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain("@");
  });

  it("sweeps by the way when the timer has stopped", async () => {
    const { call, clock, gateways, wait } = createTriggers();
    await gateways.system.noteSweep(clock.now.toISOString());
    wait(6);
    await call("healthDetails");
    expect(await gateways.system.lastSweep()).toBe(clock.now.toISOString());
    expect((await call("health")).status).toBe(200);
  });

  it("says why to a signed-in reader at the same address, and to no one else", async () => {
    const { call } = createTriggers({ httpAuth: "entra", websiteAuthEnabled: true });
    const principal = { claims: [{ typ: "roles", val: "Reader" }], role_typ: "roles" };
    const header = Buffer.from(JSON.stringify(principal)).toString("base64");
    const headers = { "x-ms-client-principal": header };
    expect((await call("health", { headers })).body).toHaveProperty("appVersion");
    expect((await call("health")).body).toEqual({ ok: true });
    const off = createTriggers({ httpAuth: "entra", websiteAuthEnabled: false });
    expect((await off.call("health", { headers })).body).toEqual({ ok: true });
  });

  it("is not ok while storage does not answer", async () => {
    const { call } = createTriggers({}, (gateways) => ({
      ...gateways,
      system: {
        ...gateways.system,
        lastSweep: async () => {
          throw new Error("secret-word");
        },
      },
    }));
    expect(await call("health")).toMatchObject({ status: 503, body: { ok: false } });
  });
});

describe("an app with wrong settings", () => {
  it("registers nothing but what tells of it", async () => {
    const { app, functions } = createRememberingApp();
    registerMistakes(app, [
      { path: "GUARDRAIL_STAGE", message: "give one of off, watch, tell, fix-new, fix-all" },
      { path: "guardrail.json: mail.from", message: "give an address" },
    ]);
    expect([...functions.keys()].sort()).toEqual(["health", "reportMistakes"]);
    const answer = await functions.get("health")?.options.handler();
    expect(answer).toMatchObject({
      status: 503,
      jsonBody: {
        ok: false,
        mistakes: [{ path: "GUARDRAIL_STAGE" }, { path: "guardrail.json: mail.from" }],
      },
    });
    const lines: string[] = [];
    const context = { error: (line: string) => lines.push(line) };
    await functions.get("reportMistakes")?.options.handler({}, context);
    expect(lines).toEqual([
      "wrong setting: GUARDRAIL_STAGE: give one of off, watch, tell, fix-new, fix-all",
      "wrong setting: guardrail.json: mail.from: give an address",
    ]);
  });
});
