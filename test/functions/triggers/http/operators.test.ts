import { describe, expect, it } from "vitest";
import { caseIdOf } from "../../../../shared/domain/key.ts";
import { ruleNames } from "../../../../shared/domain/policy.ts";
import { systemSubjects } from "../../../../shared/domain/subject.ts";
import { instanceId } from "../../../../shared/durable/instance.ts";
import { cluster, fixture, now } from "../../../shared/events/fixture.ts";
import { aCase, createTriggers, ledgerOf } from "../harness.ts";

const id = caseIdOf(cluster);
const POST = "POST";
const scan = `start ${instanceId("scan", systemSubjects.scan)}`;

describe("cases", () => {
  it("are listed by the page and by filter, without the host's key in the query", async () => {
    const { call, gateways } = createTriggers();
    for (let place = 0; place < 60; place += 1) {
      const subject = `${cluster}-${String(place).padStart(2, "0")}`;
      const closedAt = place % 2 === 0 ? now : null;
      await gateways.cases.put(aCase({ id: caseIdOf(subject), subject, closedAt }), null);
    }
    const first = await call("listCases", { query: "?code=the-key" });
    const { cases, next } = first.body as { cases: unknown[]; next: string };
    const second = await call("listCases", { query: `?next=${encodeURIComponent(next)}` });
    const rest = (second.body as { cases: unknown[]; next: null }).cases;
    expect(new Set([...cases, ...rest].map((each) => (each as { id: string }).id)).size).toBe(60);
    const open = await call("listCases", {
      query: "?open=true&subscription=5D2C8F10-7b3e-4a41-9f6d-2b1c0e9a7d55",
    });
    expect((open.body as { cases: unknown[] }).cases).toHaveLength(30);
    const other = await call("listCases", { query: "?subscription=other" });
    expect(other.body).toEqual({ cases: [], next: null });
  });

  it.each([
    ["open", "?open=maybe"],
    ["subscription", "?subscription=a'%20or%20'1"],
    ["offen", "?offen=true"],
    ["subject", "?subject=aks-shop-prod"],
    ["next", "?next=page-2"],
  ])("are not listed by a wrong %s", async (key, query) => {
    const answer = await createTriggers().call("listCases", { query });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { mistakes: [{ path: `query.${key}` }] } },
    });
  });

  it("are found by id in any case and by resource in any spelling, with words and next look", async () => {
    const { call, gateways, deliver } = createTriggers();
    await gateways.cases.put(aCase(), null);
    await deliver("defenderEvents", [fixture("defender/alert-cluster.json")]);
    const byId = await call("getCase", { params: { id: id.toLowerCase() } });
    expect(byId).toMatchObject({
      status: 200,
      body: {
        case: { id, subject: cluster },
        explanation: [expect.stringContaining("Cluster aks-shop-prod")],
        alerts: [{ type: "K8S_ExposedDashboard" }],
        nextLook: { at: now },
      },
    });
    const query = `?subject=${encodeURIComponent(`${cluster.toUpperCase()}/`)}`;
    expect((await call("listCases", { query })).body).toEqual(byId.body);
    expect((await call("getCase", { params: { id: "ZZZZZZZZ" } })).status).toBe(404);
    expect((await call("getCase", { params: { id: "' or 1 eq 1" } })).status).toBe(404);
  });
});

describe("allow", () => {
  const write = {
    act: "enable-addon",
    at: now,
    value: "on",
    before: "off",
    takenBack: 2,
    takenBackAt: now,
    takenBackBy: "terraform",
    allowedAt: null,
  } as const;

  it("lets what was taken back be written again, and has it looked at", async () => {
    const triggers = createTriggers();
    const { call, gateways, client } = triggers;
    const other = { ...write, act: "write-tags", takenBack: 0 } as const;
    await gateways.cases.put(aCase({ writes: [write, other] }), null);
    const request = { method: POST, params: { id }, body: { why: "the pipeline is mended" } };
    expect(await call("allowCase", request)).toMatchObject({
      status: 202,
      body: { allowed: ["enable-addon"] },
    });
    const found = await gateways.cases.find(cluster);
    expect(found?.case.writes).toMatchObject([{ allowedAt: now }, { allowedAt: null }]);
    expect(await gateways.agenda.find(cluster, "cluster")).toMatchObject({ at: now });
    expect(client.asked).toContain(`start ${instanceId("cluster", cluster)}`);
    expect(await ledgerOf(triggers)).toMatchObject([
      {
        kind: "operator",
        subject: cluster,
        caseId: id,
        act: "allow enable-addon",
        reason: "the pipeline is mended",
        by: "function key",
        policyHash: "hash-1",
        appVersion: "1.2.3",
      },
    ]);
  });

  it("says so where there is nothing to allow", async () => {
    const { call, gateways } = createTriggers();
    const request = { method: POST, params: { id }, body: { why: "x" } };
    expect((await call("allowCase", request)).status).toBe(404);
    await gateways.cases.put(aCase({ writes: [write] }), null);
    const wrong = { ...request, body: { why: "x", act: "enable-sensor" } };
    expect((await call("allowCase", wrong)).status).toBe(409);
  });

  it("writes between the writes of others", async () => {
    let raced = false;
    const { call, gateways } = createTriggers({}, (real) => ({
      ...real,
      cases: {
        ...real.cases,
        put: async (value, etag) => {
          if (etag && !raced) {
            raced = true;
            await real.cases.put(aCase({ writes: [write], unknownLooks: 7 }), etag);
          }
          return real.cases.put(value, etag);
        },
      },
    }));
    await gateways.cases.put(aCase({ writes: [write] }), null);
    await call("allowCase", { method: POST, params: { id }, body: { why: "x" } });
    expect((await gateways.cases.find(cluster))?.case).toMatchObject({
      unknownLooks: 7,
      writes: [{ allowedAt: now }],
    });
  });
});

describe("stop, resume and scan", () => {
  it("are kept with who and why, and resuming looks at everything anew", async () => {
    const triggers = createTriggers();
    const { call, gateways, client } = triggers;
    await gateways.system.noteVerification(false);
    await call("stopWrites", { method: POST, body: { why: "an incident" } });
    expect(await gateways.system.stop()).toEqual({
      at: now,
      by: "function key",
      why: "an incident",
    });
    expect(client.asked).not.toContain(scan);
    const resumed = await call("resumeWrites", { method: POST, body: { why: "it is over" } });
    expect(resumed.body).toMatchObject({ stopped: null, before: { why: "an incident" } });
    expect(await gateways.system.stop()).toBeNull();
    expect(await gateways.system.noteVerification(false)).toBe(1);
    expect(client.asked).toContain(scan);
    expect((await ledgerOf(triggers)).map(({ act, reason }) => [act, reason]).sort()).toEqual([
      ["resume", "it is over"],
      ["stop", "an incident"],
    ]);
  });

  it("puts a scan on the agenda for now and starts it", async () => {
    const triggers = createTriggers();
    const answer = await triggers.call("startScan", { method: POST });
    expect(answer.status).toBe(202);
    const row = await triggers.gateways.agenda.find(systemSubjects.scan, "scan");
    expect(row).toMatchObject({ at: now });
    expect(triggers.client.asked).toContain(scan);
    expect(await ledgerOf(triggers)).toMatchObject([{ act: "scan" }]);
  });
});

describe("exemptions", () => {
  const exemption = {
    scope: `${cluster.toUpperCase()}`,
    rule: "addon",
    until: "2026-12-24",
    reason: "moves to another platform",
    approvedBy: "Ben",
  };

  it.each(ruleNames)("can be given from the rule %s", async (rule) => {
    const { call } = createTriggers();
    expect((await call("exemptions", { method: POST, body: { ...exemption, rule } })).status).toBe(
      201,
    );
  });

  it("are given, listed and taken away, each time with a scan and a line in the ledger", async () => {
    const triggers = createTriggers();
    const { call, client } = triggers;
    expect((await call("exemptions", { method: POST, body: exemption })).status).toBe(201);
    const longer = { ...exemption, until: "2027-01-10" };
    expect((await call("exemptions", { method: POST, body: longer })).status).toBe(200);
    expect((await call("exemptions")).body).toEqual({
      exemptions: [{ ...longer, scope: cluster, from: "api" }],
    });
    expect(client.asked).toContain(scan);
    const query = `?scope=${encodeURIComponent(cluster)}&rule=addon`;
    expect((await call("exemptions", { method: "DELETE", query })).status).toBe(200);
    expect((await call("exemptions", { method: "DELETE", query })).status).toBe(404);
    expect((await call("exemptions")).body).toEqual({ exemptions: [] });
    const acts = (await ledgerOf(triggers)).map(({ act, before, after }) => [act, before, after]);
    expect(acts).toHaveLength(3);
    expect(acts).toContainEqual(["exempt from addon", "until 2026-12-24", "until 2027-01-10"]);
    expect(acts).toContainEqual(["end exemption from addon", "until 2027-01-10", null]);
  });

  it.each([
    [{ scope: "the cluster" }, "body.scope"],
    [{ scope: "/providers/Microsoft.Management/managementGroups/x" }, "body.scope"],
    [{ rule: "everything" }, "body.rule"],
    [{ until: "2027-12-24" }, "body.until"],
    [{ until: "2026-11-22" }, "body.until"],
    [{ until: "24.12.2026" }, "body.until"],
    [{ until: "2026-02-30" }, "body.until"],
    [{ reason: " " }, "body.reason"],
    [{ approvedBy: undefined }, "body.approvedBy"],
  ])("are refused with %j, by path", async (wrong, path) => {
    const { call, gateways } = createTriggers();
    const answer = await call("exemptions", { method: POST, body: { ...exemption, ...wrong } });
    expect(answer).toMatchObject({ status: 400, body: { error: { mistakes: [{ path }] } } });
    expect(await gateways.exemptions.list()).toEqual([]);
  });

  it("are refused with every mistake at once", async () => {
    const answer = await createTriggers().call("exemptions", { method: POST, body: {} });
    const { mistakes } = (answer.body as { error: { mistakes: { path: string }[] } }).error;
    expect(mistakes.map(({ path }) => path).sort()).toEqual([
      "body.approvedBy",
      "body.reason",
      "body.rule",
      "body.scope",
      "body.until",
    ]);
  });
});

describe("the ledger", () => {
  const line = (reason: string, at: string, entry: string) => ({
    id: entry,
    at,
    subject: cluster,
    caseId: id,
    kind: "change" as const,
    rule: "addon" as const,
    act: "enable-addon",
    reason,
    before: "off",
    after: "on",
    appVersion: "1.2.3",
    policyHash: "hash-1",
    stage: "fix-all" as const,
    by: "guardrail",
    correlationId: null,
    addedCost: 1.5,
  });

  it("is read newest first, as JSON lines", async () => {
    const { call, gateways } = createTriggers();
    await gateways.ledger.write(line("one", "2026-11-22T08:00:00.000Z", "a"));
    await gateways.ledger.write(line("two", "2026-11-23T08:00:00.000Z", "b"));
    await gateways.ledger.write(line("old", "2026-10-01T08:00:00.000Z", "c"));
    const answer = await call("readLedger");
    expect(answer.headers.get("content-type")).toContain("jsonl");
    const lines = String(answer.body)
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as unknown);
    expect(lines).toMatchObject([{ reason: "two" }, { reason: "one" }]);
    const day = await call("readLedger", { query: "?from=2026-10-01&to=2026-10-02" });
    expect(String(day.body)).toContain("old");
  });

  it("is CSV by format or by Accept, and no cell of it is a formula", async () => {
    const { call, gateways } = createTriggers();
    const at = "2026-11-23T08:00:00.000Z";
    await gateways.ledger.write(line('=HYPERLINK("http://evil.example","x")', at, "a"));
    await gateways.ledger.write(line("\t@SUM(1)\r\nnext", at, "b"));
    await gateways.ledger.write(line("-2+3", at, "c"));
    const byFormat = await call("readLedger", { query: "?format=csv" });
    const byAccept = await call("readLedger", { headers: { accept: "text/csv" } });
    expect(byAccept.body).toBe(byFormat.body);
    expect(byFormat.headers.get("content-type")).toContain("text/csv");
    const csv = String(byFormat.body);
    expect(csv.split("\r\n")[0]).toMatch(/^at,kind,subject,caseId,rule,act,reason,/);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    expect(csv).toContain(`"'\t@SUM(1)\r\nnext"`);
    expect(csv).toContain(`"'-2+3"`);
    expect(csv).toContain(",1.5,");
  });

  it.each(["?from=yesterday", "?from=2026-12-01", "?from=2020-01-01", "?format=xml"])(
    "is not read by a wrong query: %s",
    async (query) => {
      expect((await createTriggers().call("readLedger", { query })).status).toBe(400);
    },
  );
});

describe("the quarantine", () => {
  it("is listed, and a body that can be read by now is taken in and goes", async () => {
    const triggers = createTriggers();
    const { call, gateways } = triggers;
    const body = JSON.stringify(fixture("defender/alert-cluster.json"));
    const entry = { at: now, source: "defenderEvents", reason: "was not known yet", body };
    const kept = await gateways.quarantine.put(entry);
    expect((await call("listQuarantine")).body).toMatchObject({
      count: 1,
      entries: [{ id: kept, reason: "was not known yet" }],
    });
    const answer = await call("replayQuarantine", { method: POST, params: { id: kept } });
    expect(answer).toMatchObject({ status: 200, body: { alerts: 1, looks: 1, left: 0 } });
    expect(await gateways.alerts.bySubject(cluster)).toHaveLength(1);
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
    expect(await gateways.quarantine.list()).toEqual([]);
    expect(await ledgerOf(triggers)).toMatchObject([{ act: `replay ${kept}` }]);
  });

  it("keeps what still cannot be read, and says why", async () => {
    const { call, gateways, deliver } = createTriggers();
    await deliver("policyStates", { hello: "world" });
    const [kept] = await gateways.quarantine.list();
    const request = { method: POST, params: { id: kept?.id ?? "" } };
    expect(await call("replayQuarantine", request)).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining("eventType") } },
    });
    expect(await gateways.quarantine.list()).toEqual([kept]);
    const unknown = { method: POST, params: { id: "../x" } };
    expect((await call("replayQuarantine", unknown)).status).toBe(404);
  });

  it("hands each body back to its own feed", async () => {
    const { call, gateways } = createTriggers();
    const event = fixture("grid/policy-state-changed.eventgrid.json");
    const entry = { at: now, source: "policyStates", reason: "x", body: JSON.stringify(event) };
    const kept = await gateways.quarantine.put(entry);
    await call("replayQuarantine", { method: POST, params: { id: kept } });
    expect(await gateways.agenda.find(cluster, "cluster")).not.toBeNull();
    const alien = await gateways.quarantine.put({ ...entry, source: "elsewhere" });
    const answer = await call("replayQuarantine", { method: POST, params: { id: alien } });
    expect(answer.status).toBe(409);
  });
});

it("keeps routes apart, so that none hides another", () => {
  const { functions } = createTriggers();
  const routes = [...functions.values()]
    .filter(({ kind }) => kind === "http")
    .flatMap(({ options }) =>
      (options.methods as string[]).map(
        (method) => `${method} ${String(options.route).replace(/\{\w+\}/g, "*")}`,
      ),
    );
  expect(new Set(routes).size).toBe(routes.length);
  expect(routes.sort()).toEqual([
    "DELETE exemptions",
    "GET cases",
    "GET cases/*",
    "GET exemptions",
    "GET health",
    "GET health/details",
    "GET ledger",
    "GET quarantine",
    "POST cases/*/allow",
    "POST exemptions",
    "POST quarantine/*/replay",
    "POST resume",
    "POST scan",
    "POST stop",
  ]);
});
