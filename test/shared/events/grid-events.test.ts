import { describe, expect, it } from "vitest";
import { readPolicyStates } from "../../../shared/events/policy-state.ts";
import { readResourceChanges } from "../../../shared/events/resource-change.ts";
import { cluster, fixture, own, registry, subscription } from "./fixture.ts";

const change = (name: string) => readResourceChanges(fixture(`grid/${name}.json`), own);
const state = (name: string) => readPolicyStates(fixture(`grid/${name}.json`));
const by = (caller: string | null) => ({ delayMinutes: 0, by: caller });
const onCluster = { subject: cluster, kind: "cluster" };
const onRegistry = { subject: registry, kind: "registry" };
const onSubscription = { subject: subscription, kind: "subscription" };
const anna = by("anna@contoso.example");

describe("resource changes", () => {
  it.each([
    ["cluster-written.eventgrid", { ...onCluster, ...anna }],
    ["cluster-written.cloudevent", { ...onCluster, ...anna }],
    ["cluster-deleted.cloudevents", { ...onCluster, ...anna }],
    ["cluster-stopped.eventgrid", { ...onCluster, ...by(null) }],
    [
      "pool-written.eventgrid",
      { ...onCluster, ...by("application 5e5e5e5e-0000-4000-8000-0000000000aa") },
    ],
    ["cluster-notified.eventgrid", { ...onCluster, ...by(null) }],
    ["plan-written.eventgrid", { ...onSubscription, ...anna }],
    ["image-pushed.eventgrid", { ...onRegistry, ...by(null) }],
    ["image-deleted.cloudevent", { ...onRegistry, ...by(null) }],
    ["assignment-written.eventgrid", { ...onSubscription, ...anna }],
    ["provider-registered.eventgrid", { ...onSubscription, ...anna }],
  ])("marks what %s can matter to, with its caller", (name, mark) => {
    expect(change(name)).toEqual({ alerts: [], marks: [mark], ignored: [], poison: [] });
  });

  it("marks a registry that was written, and its subscription, which may need a plan for it", () => {
    expect(change("registry-written.eventgrid").marks).toEqual([
      { ...onRegistry, ...anna },
      { ...onSubscription, ...anna },
    ]);
  });

  it("marks only the registry when its tags, locks or exemptions are written", () => {
    const written = ["Microsoft.Resources/tags", "Microsoft.Authorization/locks"];
    for (const type of written) {
      const [provider = "", name = ""] = type.split("/");
      const event = {
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        subject: `${registry}/providers/${provider}/${name}/default`,
        data: { operationName: `${type}/write` },
      };
      expect(readResourceChanges([event], own).marks).toEqual([{ ...onRegistry, ...by(null) }]);
    }
  });

  it.each(["ImagePushed", "ImageDeleted"])("reads %s without its provider too", (eventType) => {
    const [event] = fixture("grid/image-pushed.eventgrid.json") as object[];
    const { marks } = readResourceChanges([{ ...event, eventType }], own);
    expect(marks).toEqual([{ ...onRegistry, ...by(null) }]);
  });

  it("keeps a push aside whose registry cannot be told", () => {
    const [event] = fixture("grid/image-pushed.eventgrid.json") as object[];
    const { marks, poison } = readResourceChanges([{ ...event, topic: "nowhere" }], own);
    expect(marks).toEqual([]);
    expect(poison).toHaveLength(1);
  });

  it.each([
    "cluster-write-failed.eventgrid",
    "cluster-credentials-listed.eventgrid",
    "storage-written.eventgrid",
    "validation.eventgrid",
    "policy-state-changed.eventgrid",
  ])("leaves %s", (name) => {
    expect(change(name)).toMatchObject({ marks: [], poison: [], ignored: [expect.anything()] });
  });

  const write = "1c0f5f5e-8a9d-4b0e-a1aa-2f3e4d5c6b7a";

  it.each(["own-tags-written.cloudevent", "own-cluster-write-by-evidence.eventgrid"])(
    "looks at what we wrote ourselves two minutes later: %s",
    (name) => {
      expect(change(name).marks).toEqual([
        { ...onCluster, delayMinutes: 2, by: null, own: [write] },
      ]);
    },
  );

  it("takes nobody for itself while its own identity is not known", () => {
    const nobody = { principalId: null, appId: null };
    const event = fixture("grid/own-tags-written.cloudevent.json");
    expect(readResourceChanges(event, nobody).marks[0]?.delayMinutes).toBe(0);
  });

  it("marks a subject at once when anybody else changed it too, and still for what we wrote", () => {
    const events = [
      fixture("grid/own-tags-written.cloudevent.json"),
      fixture("grid/cluster-written.cloudevent.json"),
      fixture("grid/own-tags-written.cloudevent.json"),
      fixture("grid/cluster-written.cloudevent.json"),
    ];
    expect(readResourceChanges(events, own).marks).toEqual([
      { ...onCluster, ...anna },
      { ...onCluster, delayMinutes: 2, by: null, own: [write, write] },
    ]);
  });

  it("bounds the caller's name", () => {
    const [event] = fixture("grid/cluster-written.eventgrid.json") as [Record<string, unknown>];
    const claims = { name: `Eve\r\n\u202E${"e".repeat(100_000)}` };
    const [mark] = readResourceChanges({ ...event, data: { claims } }, own).marks;
    expect(mark?.by).toMatch(/^Eve e+…$/);
    expect(mark?.by).toHaveLength(200);
  });

  it("puts aside what names a cluster by an impossible id, and hurts no neighbour", () => {
    const [event] = fixture("grid/cluster-written.eventgrid.json") as [Record<string, unknown>];
    const broken = {
      ...event,
      subject: `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/a#?'b`,
    };
    const { marks, poison } = readResourceChanges([broken, event, 7], own);
    expect(marks).toHaveLength(1);
    expect(poison.map(({ reason }) => reason)).toEqual([
      "subject: not the id of an Azure resource",
      "not an object",
    ]);
  });
});

describe("policy states", () => {
  it.each([
    "policy-state-changed.eventgrid",
    "policy-state-created-compliant.cloudevent",
    "policy-state-deleted.eventgrid",
  ])("marks the cluster of %s, whatever the verdict", (name) => {
    expect(state(name).marks).toEqual([{ ...onCluster, ...by(null) }]);
  });

  it.each(["policy-state-storage.eventgrid", "cluster-written.eventgrid"])("leaves %s", (name) => {
    expect(state(name)).toMatchObject({ marks: [], poison: [], ignored: [expect.anything()] });
  });
});
