import { expect, it } from "vitest";
import { guardCluster } from "../../../functions/orchestrators/guard-cluster.ts";
import type { Case } from "../../../shared/domain/case.ts";
import { known } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCluster,
  aCompliance,
  aFinding,
  aLedgerEntry,
  anAlert,
  anAssignment,
  anInForce,
  anOwnWrite,
  aPolicy,
  aProtectedCluster,
  aViolation,
  subscriptionId,
} from "../../support/builders.ts";
import {
  clusterStandIns,
  clusterSubject,
  type StandInCluster,
} from "../../support/cluster-stand-ins.ts";
import { type Ran, runOrchestration, type StandIns } from "../../support/run-orchestration.ts";
import { inputsOf } from "../../support/stand-ins.ts";

const subject = clusterSubject;
const input = { subject };

interface Given {
  readonly cluster?: StandInCluster["cluster"];
  readonly case?: Case | null;
  readonly inForce?: ReturnType<typeof anInForce>;
  readonly by?: string;
  readonly isWatched?: boolean;
  readonly with?: StandIns;
}

async function guard(given: Given = {}): Promise<Ran> {
  const state = { cluster: given.cluster === undefined ? aCluster() : given.cluster };
  const { case: known = null, inForce = anInForce(), by = null, isWatched = true } = given;
  const standIns = clusterStandIns(state, { case: known, inForce, by, isWatched });
  return runOrchestration(guardCluster, input, { ...standIns, ...given.with });
}

const recorded = (ran: Ran): Case => inputsOf(ran, "record").at(-1)?.["case"] as Case;
const decision = (ran: Ran, act: string) => recorded(ran).decisions.find((one) => one.act === act);
const ledgerKinds = (ran: Ran) => [
  ...inputsOf(ran, "intend").map(({ entry }) => entry as { kind: string; act: string }),
  ...inputsOf(ran, "writeLedger").flatMap(
    ({ entries }) => entries as { kind: string; act: string }[],
  ),
];

const changesTold = (ran: Ran) =>
  inputsOf(ran, "tell")
    .flatMap(({ notices }) => notices as { kind: string; title: string }[])
    .filter(({ kind }) => kind === "change");

it("switches the add-on on, reads it back, tags, tells the owner and records", async () => {
  const ran = await guard();
  expect(ran.error).toBeNull();
  expect(recorded(ran)).toMatchObject({
    name: "aks-shop-prod",
    subscriptionName: "Shop",
    writes: [{ act: "enable-addon", before: "off", value: "on" }, { act: "write-tags" }],
    recipients: { to: ["shop-team@contoso.com"] },
    fault: null,
  });
  const order = [
    "reserve",
    "intend",
    "enableAddon",
    "pollOperation",
    "mergeTags",
    "tell",
    "record",
  ];
  const places = order.map((name) => ran.calls.indexOf(name));
  expect(places).toEqual([...places].sort((one, other) => one - other));
  expect(ledgerKinds(ran)).toContainEqual(
    expect.objectContaining({ kind: "change", act: "enable-addon", correlationId: "corr-1" }),
  );
  expect(inputsOf(ran, "noteVerification")).toContainEqual(expect.objectContaining({ ok: true }));
  expect(ran.calls.at(-1)).toBe("settle");
});

it("marks who must read at once only when the case is recorded", async () => {
  const ran = await guard({ with: { listAlerts: () => [anAlert()] } });
  expect(ran.calls).toContain("record");
  expect(ran.calls.indexOf("record")).toBeLessThan(ran.calls.indexOf("mark"));
  expect(inputsOf(ran, "mark")[0]).toEqual({
    subject: "owners/shop-team@contoso.com,soc@contoso.com",
    kind: "owners",
  });
});

it("writes under what it decided by, so that the activity can tell when that is over", async () => {
  const ran = await guard();
  expect(inputsOf(ran, "enableAddon")[0]).toMatchObject({
    under: { hash: "hash-1", stage: "fix-all" },
  });
});

it("changes nothing more, records nothing and stays on the agenda once superseded", async () => {
  const ran = await guard({ with: { enableAddon: () => ({ kind: "superseded" }) } });
  expect(ran.outcome).toBe("superseded");
  expect(ran.calls.slice(-2)).toEqual(["enableAddon", "release"]);
});

it.each([
  ["superseded", { intend: () => ({ kind: "conflict" }) }],
  ["gone", { enableAddon: () => ({ kind: "gone" }) }],
  ["busy", { enableAddon: () => ({ kind: "wait", seconds: 60, why: "an upgrade runs" }) }],
])("gives back the room under the limits of a change that was not made: %s", async (_, over) => {
  const ran = await guard({ with: over });
  expect(inputsOf(ran, "release")).toEqual(inputsOf(ran, "reserve"));
  expect(ran.calls).toContain("release");
});

it("keeps Azure's no, with what would mend it, and goes on to the tags", async () => {
  const refusal = { kind: "refused", status: 409, code: "ScopeLocked", message: "locked" };
  const ran = await guard({ with: { enableAddon: () => refusal } });
  expect(recorded(ran).refusals).toEqual([
    expect.objectContaining({ act: "enable-addon", code: "ScopeLocked", fix: expect.any(String) }),
  ]);
  expect(recorded(ran).writes.map(({ act }) => act)).toEqual(["write-tags"]);
});

it("mends what is not registered in the subscription that Azure refused, by the name Azure gave", async () => {
  const refused = (namespace: string) =>
    guard({
      with: {
        enableAddon: () => ({
          kind: "refused",
          status: 409,
          code: "MissingSubscriptionRegistration",
          message: `The subscription is not registered to use namespace '${namespace}'. See`,
        }),
      },
    });
  const [refusal] = recorded(await refused("Microsoft.ContainerService")).refusals;
  expect(refusal?.fix).toBe(
    `Register the resource provider: az provider register --namespace Microsoft.ContainerService --subscription ${subscriptionId}`,
  );
  const [odd] = recorded(await refused("x; rm -rf ~")).refusals;
  expect(odd?.fix).not.toContain("rm -rf");
});

it("adds no line to the ledger when Azure says the same no again", async () => {
  const refusal = { kind: "refused", status: 409, code: "ScopeLocked", message: "locked" };
  const first = await guard({ with: { enableAddon: () => refusal } });
  const second = await guard({
    case: recorded(first),
    with: { enableAddon: () => refusal },
  });
  const ids = (ran: Ran) => ledgerKinds(ran).filter(({ act }) => act === "enable-addon");
  expect(ids(second).filter(({ kind }) => kind === "refusal")).toEqual([]);
  const intentOf = (ran: Ran) => inputsOf(ran, "intend").map(({ entry }) => entry)[0];
  expect(intentOf(first)).toMatchObject({ id: expect.any(String) });
  expect(intentOf(second)).toEqual(intentOf(first));
});

it("waits as long as Azure asks, then tries again", async () => {
  let busy = 2;
  const ran = await guard({
    with: {
      ...clusterStandIns({ cluster: aProtectedCluster() }),
      findCluster: () => ({
        kind: "found",
        cluster: busy > 0 ? aCluster() : aProtectedCluster(),
      }),
      enableAddon: () =>
        busy-- > 0
          ? { kind: "wait", seconds: 60, why: "an upgrade runs" }
          : { kind: "done", correlationId: null, before: "", after: "" },
    },
  });
  expect(inputsOf(ran, "enableAddon")).toHaveLength(3);
  expect(ran.sleeps.slice(0, 2)).toEqual([61, 61]);
  expect(recorded(ran).writes[0]?.act).toBe("enable-addon");
});

it("leaves a cluster that stays busy, and looks again", async () => {
  const ran = await guard({
    with: { enableAddon: () => ({ kind: "wait", seconds: 60, why: "an upgrade runs" }) },
  });
  expect(decision(ran, "enable-addon")).toMatchObject({ kind: "leave", reason: "busy" });
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

it("judges by reading the cluster when the address to poll is lost", async () => {
  const ran = await guard({ with: { pollOperation: () => ({ kind: "lost" }) } });
  expect(recorded(ran).writes[0]?.act).toBe("enable-addon");
});

it("keeps an operation that ended in failure as a refusal", async () => {
  const ended = { kind: "refused", status: 0, code: "QuotaExceeded", message: "no room" };
  const ran = await guard({ with: { pollOperation: () => ended } });
  expect(recorded(ran).refusals[0]).toMatchObject({ code: "QuotaExceeded" });
});

it("notes a change that reading back does not show, and does not remember it as its own", async () => {
  const ran = await guard({
    with: {
      enableAddon: () => ({
        kind: "accepted",
        address: "https://poll",
        seconds: 5,
        correlationId: null,
        before: "",
        after: "",
      }),
    },
  });
  expect(inputsOf(ran, "noteVerification")[0]).toMatchObject({ ok: false });
  expect(recorded(ran).writes.map(({ act }) => act)).toEqual(["write-tags"]);
  expect(ledgerKinds(ran)).toContainEqual(
    expect.objectContaining({ kind: "failure", act: "enable-addon" }),
  );
});

it("leaves what would pass a limit, and says which", async () => {
  const ran = await guard({
    with: { reserve: () => ({ kind: "over", which: "hour", used: 10, limit: 10 }) },
  });
  expect(ran.calls).not.toContain("enableAddon");
  expect(decision(ran, "enable-addon")).toMatchObject({ kind: "leave", reason: "limit" });
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

it("does not take room under the limits for tags", async () => {
  const cluster = aProtectedCluster({ tags: { "guardrail-compliance": "noncompliant" } });
  const ran = await guard({ cluster });
  expect(ran.calls).toContain("mergeTags");
  expect(ran.calls).not.toContain("reserve");
});

it("leaves an add-on that would start to block deployments, and names what would", async () => {
  const deny = anAssignment({ title: "no-privileged", effect: "deny" });
  const ran = await guard({
    with: { listAssignments: () => ({ kind: "known", value: [deny] }) },
  });
  expect(ran.calls).not.toContain("enableAddon");
  expect(decision(ran, "enable-addon")).toMatchObject({
    reason: "would-block",
    detail: '"no-privileged" is Deny',
  });
});

it("does not write again what others took back, and says who did", async () => {
  const known = aCase({ writes: [anOwnWrite()] });
  const ran = await guard({ case: known, by: "terraform" });
  expect(ran.calls).not.toContain("enableAddon");
  expect(recorded(ran).writes[0]).toMatchObject({ takenBack: 1, takenBackBy: "terraform" });
  expect(decision(ran, "enable-addon")).toMatchObject({ reason: "taken-back" });
});

it("holds nothing against a cluster that was made anew under its name", async () => {
  const old = anOwnWrite({ takenBack: 1, takenBackAt: "2026-11-10T10:00:00.000Z" });
  const createdAt = () => known("2026-11-23T05:00:00.000Z");
  const ran = await guard({ case: aCase({ writes: [old] }), with: { createdAt } });
  expect(ran.calls).toContain("enableAddon");
  expect(recorded(ran).writes).toContainEqual(
    expect.objectContaining({ act: "enable-addon", takenBack: 0, takenBackAt: null }),
  );
});

it("finishes the record of a change whose run died before it could", async () => {
  const intent = aLedgerEntry({ kind: "intent", id: "intent-1", act: "enable-addon" });
  const known = aCase({ history: [intent] });
  const ran = await guard({ case: known, cluster: aProtectedCluster() });
  expect(recorded(ran).writes[0]).toMatchObject({ act: "enable-addon", value: "on" });
  expect(ledgerKinds(ran)).toContainEqual(
    expect.objectContaining({ kind: "change", act: "enable-addon" }),
  );
});

it.each([
  ["faults", () => Promise.reject(new Error("HTTP 500"))],
  ["is superseded", () => ({ kind: "superseded" })],
])(
  "remembers and tells a change, without a second line, though the next one %s",
  async (_, mergeTags) => {
    const first = await guard({ with: { mergeTags } });
    expect(first.calls).not.toContain("record");
    const stored = inputsOf(first, "intend").at(-1)?.["case"] as Case;
    const second = await guard({ case: stored, cluster: aProtectedCluster() });
    expect(recorded(second).writes).toContainEqual(
      expect.objectContaining({ act: "enable-addon", value: "on", before: "off" }),
    );
    expect(changesTold(second)).toHaveLength(1);
    expect(ledgerKinds(second).filter(({ act }) => act === "enable-addon")).toEqual([]);
    const third = await guard({ case: recorded(second) });
    expect(third.calls).not.toContain("enableAddon");
    expect(
      changesTold(await guard({ case: recorded(second), cluster: aProtectedCluster() })),
    ).toEqual([]);
  },
);

it("knows a change as its own that Azure carried out after we ceased to wait", async () => {
  const first = await guard({
    with: { pollOperation: () => ({ kind: "running", seconds: 60 }) },
  });
  expect(decision(first, "enable-addon")).toMatchObject({ reason: "busy" });
  const updating = aCluster({ provisioningState: "Updating" });
  const known = recorded(first);
  // Runs of other instances make other ids.
  const history = known.history.map((line) => ({ ...line, id: `first-${line.id}` }));
  const second = await guard({ case: { ...known, history }, cluster: updating });
  const third = await guard({ case: recorded(second), cluster: aProtectedCluster() });
  expect(recorded(third).writes).toContainEqual(
    expect.objectContaining({ act: "enable-addon", value: "on" }),
  );
  expect(changesTold(third)).toHaveLength(1);
});

it("claims nothing that others switched on after Azure took no change of ours", async () => {
  for (const no of [{ kind: "wait", seconds: 60, why: "an upgrade runs" }, { kind: "gone" }]) {
    const first = await guard({ with: { enableAddon: () => no } });
    const second = await guard({ case: recorded(first), cluster: aProtectedCluster() });
    expect(recorded(second).writes.map(({ act }) => act)).not.toContain("enable-addon");
    expect(changesTold(second)).toEqual([]);
  }
});

it("claims nothing on a cluster made anew by what it wrote to the one before", async () => {
  const lines = [
    aLedgerEntry(),
    aLedgerEntry({ id: "intent-1", kind: "intent", act: "enable-sensor" }),
  ];
  const gone = await guard({ cluster: null, case: aCase({ history: lines }) });
  const cluster = aProtectedCluster();
  expect(changesTold(await guard({ cluster, case: recorded(gone) }))).toEqual([]);
  const createdAt = () => known("2026-11-23T10:00:00.000Z");
  const anew = await guard({ cluster, case: aCase({ history: lines }), with: { createdAt } });
  expect(changesTold(anew)).toEqual([]);
});

it("lets a change run on and looks again at once when an alert comes meanwhile", async () => {
  const ran = await guard({
    with: {
      pollOperation: () => ({ kind: "running", seconds: 10 }),
      isDueAgain: () => ({ due: true }),
    },
  });
  expect(ran.continuedAsNew?.input).toEqual({ subject });
  expect(ran.calls).not.toContain("record");
});

it("tells an alert while the change that was announced still runs, and comes back for it", async () => {
  const intent = aLedgerEntry({ kind: "intent", id: "intent-1", act: "enable-addon" });
  const ran = await guard({
    case: aCase({ history: [intent] }),
    cluster: aProtectedCluster({ provisioningState: "Updating" }),
    with: { listAlerts: () => [anAlert()] },
  });
  const told = inputsOf(ran, "tell").flatMap(({ notices }) => notices as { urgent: boolean }[]);
  expect(told).toContainEqual(expect.objectContaining({ kind: "alert", urgent: true }));
  expect(recorded(ran).writes).toEqual([]);
  expect(inputsOf(ran, "settle")[0]?.["next"]).toBe("2026-11-23T08:02:00.000Z");
});

it("tells alerts to owners and security contact, the rest to owners", async () => {
  const ran = await guard({ with: { listAlerts: () => [anAlert()] } });
  const told = inputsOf(ran, "tell").map(({ to, notices }) => ({
    to,
    kinds: [...new Set((notices as { kind: string }[]).map(({ kind }) => kind))],
  }));
  expect(told).toContainEqual({
    to: ["shop-team@contoso.com", "soc@contoso.com"],
    kinds: ["alert"],
  });
  expect(told.find(({ to }) => (to as string[]).length === 1)?.kinds).not.toContain("alert");
});

it("tells the security contact alone, once it can be read, of an alert that it missed", async () => {
  const owner = { on: "resource", scopeName: "aks", name: "owner", value: "shop-team@contoso.com" };
  const unread = { tags: [owner], securityContacts: null, unreadable: ["security contact: 403"] };
  const readable = { tags: [owner], securityContacts: ["soc@contoso.com"], unreadable: [] };
  const look = (known: Case | null, facts: typeof unread | typeof readable) =>
    guard({
      case: known,
      cluster: aProtectedCluster(),
      with: { listAlerts: () => [anAlert()], ownerFacts: () => facts },
    });
  const toldBy = (ran: Ran) =>
    inputsOf(ran, "tell")
      .filter(({ notices }) => (notices as { kind: string }[]).some(({ kind }) => kind === "alert"))
      .map(({ to }) => to);
  const missed = await look(null, unread);
  expect(toldBy(missed)).toEqual([["shop-team@contoso.com"]]);
  expect(inputsOf(missed, "settle")[0]?.["next"]).not.toBeNull();
  const late = await look(recorded(missed), readable);
  expect(toldBy(late)).toEqual([["soc@contoso.com"]]);
  const contact = { subject: "owners/soc@contoso.com", kind: "owners" };
  expect(inputsOf(late, "wake")).toContainEqual(contact);
  expect(toldBy(await look(recorded(late), readable))).toEqual([]);
});

it("ends unsettled when a newer run has recorded the case", async () => {
  const ran = await guard({
    cluster: aProtectedCluster({ tags: { "guardrail-compliance": "noncompliant" } }),
    with: { record: () => ({ kind: "conflict" }) },
  });
  expect(ran.outcome).toBe("a newer run recorded the case");
  expect(ran.calls).not.toContain("settle");
});

it("makes no change when the case was written since it was taken", async () => {
  const ran = await guard({ with: { intend: () => ({ kind: "conflict" }) } });
  expect(ran.calls).not.toContain("enableAddon");
  expect(ran.outcome).toBe("superseded");
});

it("starts over when it was marked again", async () => {
  const ran = await guard({
    cluster: aProtectedCluster(),
    with: { settle: () => ({ kind: "marked-again" }) },
  });
  expect(ran.continuedAsNew?.input).toEqual({ subject });
});

it("closes the case of a cluster that is gone and tells nobody", async () => {
  const open = aCase({ findings: [] });
  const ran = await guard({ cluster: null, case: open });
  expect(recorded(ran)).toMatchObject({ gone: true, closedAt: expect.any(String) });
  expect(ran.calls).not.toContain("tell");
  const unknown = await guard({ cluster: null });
  expect(unknown.calls).toEqual(["take", "findCluster", "settle"]);
});

it("takes a 404 of a write for no end of the cluster: tells what it did, and looks again", async () => {
  const ran = await guard({ with: { mergeTags: () => ({ kind: "gone" }) } });
  const after = recorded(ran);
  expect(after.gone).toBe(false);
  expect(after.writes.map(({ act }) => act)).toEqual(["enable-addon"]);
  const kinds = inputsOf(ran, "tell").flatMap(({ notices }) =>
    (notices as { kind: string }[]).map(({ kind }) => kind),
  );
  expect(kinds).toContain("change");
  const left = after.decisions.find(({ act }) => act === "write-tags");
  expect(left).toMatchObject({ kind: "leave", reason: "busy", lookAgain: expect.any(String) });
});

it("concludes nothing from a cluster that it may not read, but still tells its alerts", async () => {
  const refusal = { kind: "refused", status: 403, code: "AuthorizationFailed", message: "no" };
  const ran = await guard({
    case: aCase({ writes: [anOwnWrite()] }),
    with: { findCluster: () => refusal, listAlerts: () => [anAlert()] },
  });
  const after = recorded(ran);
  expect(after.parts.every(({ status }) => status === "unreadable")).toBe(true);
  expect(after.gone).toBe(false);
  expect(after.writes).toHaveLength(1);
  expect(ran.calls).toContain("tell");
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

it("leaves a cluster out of scope alone, and keeps of its alerts only what was told", async () => {
  const findings = [aFinding(), aFinding({ key: "alert:told", rule: "alerts" })];
  const ran = await guard({
    case: aCase({ findings }),
    isWatched: false,
    with: { forgetAlerts: () => ({ forgotten: 1 }) },
  });
  expect(ran.calls).toEqual(["take", "forgetAlerts", "settle"]);
  expect(inputsOf(ran, "forgetAlerts")).toEqual([{ subject, told: ["alert:told"] }]);
});

it("writes nothing to Azure at the stage that only watches", async () => {
  const ran = await guard({ inForce: anInForce({ stage: "watch" }) });
  expect(ran.calls).not.toContain("enableAddon");
  expect(ran.calls).not.toContain("mergeTags");
  expect(decision(ran, "enable-addon")).toMatchObject({ reason: "stage" });
});

it("keeps no case of a cluster on which nothing is open", async () => {
  const tags = { "guardrail-compliance": "compliant", "guardrail-since": "2026-11-01" };
  const ran = await guard({ cluster: aProtectedCluster({ tags }) });
  expect(ran.calls).not.toContain("record");
  expect(ran.outcome).toBe("compliant");
});

it("looks again soon at what Azure was too busy to tell", async () => {
  const ran = await guard({
    cluster: aProtectedCluster(),
    with: { listAssignments: () => ({ kind: "wait", seconds: 5, why: "throttled" }) },
  });
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

it("switches the sensor on only when the policy names a workspace", async () => {
  const rules = aPolicy().rules;
  const sensor = { mode: "enforce", workspaceId: "/subscriptions/s/w" } as const;
  const inForce = anInForce({ policy: aPolicy({ rules: { ...rules, sensor } }) });
  const cluster = aCluster({ addon: { on: true, key: "azurepolicy" } });
  const state = { cluster };
  const ran = await runOrchestration(guardCluster, input, {
    ...clusterStandIns(state, { inForce }),
    enableSensor: () => {
      state.cluster = { ...state.cluster, sensor: { on: true, workspaceId: sensor.workspaceId } };
      return { kind: "done", correlationId: null, before: "", after: "" };
    },
  });
  expect(inputsOf(ran, "enableSensor")[0]).toMatchObject({ workspaceId: sensor.workspaceId });
  expect(recorded(ran).writes.map(({ act }) => act)).toContain("enable-sensor");
});

it("has urgent news composed at once, and leaves what can be gathered to its time", async () => {
  const urgent = await guard({ with: { listAlerts: () => [anAlert()] } });
  expect(inputsOf(urgent, "wake")).toMatchObject([{ kind: "owners" }]);
  const ordinary = await guard({});
  expect(inputsOf(ordinary, "tell").length).toBeGreaterThan(0);
  expect(ordinary.calls).not.toContain("mark");
  expect(ordinary.calls).not.toContain("wake");
});

it("keeps a violation as a finding and tells its owner", async () => {
  const ran = await guard({
    cluster: aProtectedCluster(),
    with: {
      clusterCompliance: () => ({
        kind: "read",
        settings: known(aCompliance()),
        inside: known(aCompliance({ violations: [aViolation()] })),
      }),
    },
  });
  expect(recorded(ran).findings.map(({ part }) => part)).toContain("workload");
  expect(ran.outcome).toBe("noncompliant");
});
