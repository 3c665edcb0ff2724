import { describe, expect, it } from "vitest";
import { differingNotices } from "../../../local/proof/mail-facts.ts";
import { systemSubjects } from "../../../shared/domain/subject.ts";
import { instanceId } from "../../../shared/durable/instance.ts";
import { aCase, aDigest, aLeave } from "../../support/builders.ts";
import {
  aRecording,
  aRefusedRecording,
  compared,
  owners,
  subject,
  untouched,
} from "./a-recording.ts";

const addon = "properties.addonProfiles.azurepolicy.enabled";
const due = {
  subject,
  kind: "cluster" as const,
  at: "2026-11-23T08:20:00Z",
  etag: "1",
  by: null,
};
const hanging = {
  id: instanceId("cluster", subject),
  name: "guardCluster",
  status: "Running",
  output: null,
  created: 0,
  runs: 1,
};
/** What was told, and something like it beside it, both in the mail that left. */
const telling = (notice: Partial<{ key: string }>, to = owners) =>
  aRecording().digests.flatMap((one) => [
    one,
    {
      owners: to,
      digest: {
        ...one.digest,
        notices: one.digest.notices.map((told) => ({ ...told, ...notice })),
      },
    },
  ]);
const again = { ...aDigest(), id: "11111111-0000-4000-8000-000000000002" };

describe("a run that ended as the undisturbed one", () => {
  it("is equal", () => {
    expect(compared(aRecording())).toEqual({ kind: "equal", problems: [], notes: [] });
  });
});

describe("a run that ended otherwise", () => {
  it("is explained by a reason in the case and a next look", () => {
    const verdict = compared(aRefusedRecording());
    expect(verdict).toMatchObject({ kind: "explained", problems: [] });
    expect(verdict.notes.join("\n")).toContain("unreadable");
  });

  it("fails without a reason", () => {
    const verdict = compared(aRefusedRecording({ cases: [aCase({ subject })] }));
    expect(verdict.kind).toBe("failed");
    expect(verdict.problems.join("\n")).toContain("nothing says why");
  });

  it("fails without a next look", () => {
    expect(compared(aRefusedRecording({ agenda: [] })).kind).toBe("failed");
  });
});

describe("a notice that lies there untold", () => {
  const planned = (at: string) => ({
    mails: [],
    digests: [],
    agenda: [
      ...aRecording().agenda,
      { subject: owners, kind: "owners" as const, at, etag: "1", by: null },
    ],
  });

  it("is explained by the next mail that is planned to its recipients", () => {
    const verdict = compared(aRecording(planned("2026-11-24T08:00:00.000Z")));
    expect(verdict).toMatchObject({ kind: "explained", problems: [] });
    expect(verdict.notes.join()).toContain("waits for the mail of 2026-11-24T08:00:00.000Z");
  });

  it("is explained by its mail while a run delivers it, and by no run that has ended", () => {
    const delivery = { subject: systemSubjects.delivery, kind: "delivery" as const };
    const frozen = aRecording().digests.map((one) => ({
      ...one,
      digest: { ...one.digest, status: "sending" as const },
    }));
    const by = (status: string) =>
      compared(
        aRecording({
          mails: [],
          digests: frozen,
          agenda: [
            ...aRecording().agenda,
            { ...delivery, at: "2026-11-23T08:00:00.000Z", etag: "1", by: null },
          ],
          instances: [
            {
              ...hanging,
              ...{ id: instanceId(delivery.kind, delivery.subject), status },
              wakesAt: aRecording().at + 1000,
            },
          ],
        }),
      );
    expect(by("Running").notes.join()).toContain("waits for a mail under way");
    expect(by("Completed").problems.join()).toContain("not told");
  });

  it.each([
    ["no mail is planned in the next day", planned("2026-11-30T08:00:00.000Z")],
    ["its mail is long overdue", planned("2026-11-23T08:00:00.000Z")],
    ["it is noted as told", { ...planned("2026-11-24T08:00:00.000Z"), notices: told() }],
    ["nobody left it", { ...planned("2026-11-24T08:00:00.000Z"), notices: [] }],
  ])("is lost when %s", (_, over) => {
    expect(compared(aRecording(over)).problems.join()).toContain("not told");
  });
});

describe("a notice that reached only some of its recipients", () => {
  const others = "owners/others@contoso.com";
  const [one] = aRecording().digests;
  const elsewhere = (why: string, key = "finding:sensor") => ({
    cases: [aCase({ subject, recipients: { to: ["others@contoso.com"], why, dropped: [] } })],
    digests: one
      ? [{ owners: others, digest: { ...one.digest, notices: [{ subject, key }] } }]
      : [],
    mails: aRecording().mails.map((mail) => ({ ...mail, to: ["others@contoso.com"] })),
  });
  const unread = "tag owner (not readable: security contact of 1: AuthorizationFailed)";

  it("is told where the others heard of it apart from them", () => {
    const both = `${owners},soc@contoso.com`;
    const told = (...sets: readonly string[]) =>
      aRecording({
        digests: sets.flatMap((set) => (one ? [{ ...one, owners: set }] : [])),
        notices: [],
      });
    expect(differingNotices(told(both), told(owners, "owners/soc@contoso.com"))).toEqual([]);
    expect(differingNotices(told(both), told(owners))).toMatchObject([
      { what: expect.stringContaining("not told") },
    ]);
    expect(differingNotices(told(owners), told(both))).toMatchObject([
      { what: expect.stringContaining("told beyond the usual") },
    ]);
  });

  it("is explained by the case that says whom Azure did not let us read", () => {
    const verdict = compared(aRecording(elsewhere(unread)));
    expect(verdict).toMatchObject({ kind: "explained", problems: [] });
    expect(verdict.notes.join()).toContain("security contact of 1: AuthorizationFailed");
  });

  it.each([
    ["the case names nobody unread", elsewhere("tag owner")],
    ["nobody was told at all", { ...elsewhere(unread), mails: [] }],
    ["the others were told something else", elsewhere(unread, "finding:addon")],
  ])("is lost when %s", (_, over) => {
    expect(compared(aRecording(over)).problems.join()).toContain("not told");
  });
});

function told() {
  const sentAt = "2026-11-23T08:59:30.000Z";
  return aRecording().notices.map((one) => ({ ...one, notice: { ...one.notice, sentAt } }));
}

describe("a subject that Azure denies", () => {
  const nothing = aRefusedRecording({ cases: [], ledger: [], digests: [], mails: [] });

  it("needs no case, but a scan that lists it", () => {
    expect(compared(nothing).kind).toBe("failed");
    expect(compared(nothing, { denied: "cluster" })).toMatchObject({ kind: "explained" });
    expect(compared({ ...nothing, agenda: [] }, { denied: "cluster" }).kind).toBe("failed");
  });

  it("excuses no other", () => {
    expect(compared(nothing, { denied: "registry" }).kind).toBe("failed");
  });

  it("excuses what nobody is told when it is the owners, and nothing else", () => {
    const untold = aRecording({ digests: [], mails: [], notices: [] });
    expect(compared(untold, { denied: "recipients" }).kind).toBe("explained");
    expect(compared(nothing, { denied: "recipients" }).kind).toBe("failed");
  });
});

describe("a reason", () => {
  const because = { findings: [], refusals: [], decisions: [aLeave({ reason: "unreadable" })] };

  it("explains nothing when the undisturbed run has it too", () => {
    const expected = aRecording({ cases: [aCase({ subject, ...because })] });
    const lost = aRefusedRecording({ cases: [aCase({ subject, ...because })] });
    expect(compared(lost).kind).toBe("explained");
    expect(compared(lost, {}, expected).kind).toBe("failed");
  });

  it("explains nothing in a run that Azure did not disturb", () => {
    expect(compared(aRefusedRecording(), { disturbance: "none" }).kind).toBe("failed");
    expect(compared(aRecording(), { disturbance: "none" }).kind).toBe("equal");
  });

  it("needs a look that comes: no scan takes up a case that is closed", () => {
    const closed = aRefusedRecording().cases.map((one) => ({ ...one, closedAt: "2026-11-23" }));
    expect(compared(aRefusedRecording({ cases: closed })).kind).toBe("failed");
  });
});

describe("a run fails for", () => {
  it.each([
    ["a lost write", { estate: untouched }, addon],
    [
      "a change that the ledger does not have",
      { ledger: aRecording().ledger.filter(({ kind }) => kind === "intent") },
      "enable-addon",
    ],
    ["a notice that was not told", { mails: [] }, "not told"],
    [
      "a mail that went twice",
      { mails: [...aRecording().mails, ...aRecording().mails] },
      "went out 2 times",
    ],
    [
      "a second mail that says the same",
      {
        mails: [
          ...aRecording().mails,
          ...aRecording().mails.map((mail) => ({ ...mail, operationId: again.id })),
        ],
        digests: aRecording().digests.flatMap((one) => [
          one,
          { ...one, digest: { ...one.digest, id: again.id } },
        ]),
      },
      "told 2 times",
    ],
    [
      "a second mail that says the same to one of its readers",
      {
        mails: [
          ...aRecording().mails,
          ...aRecording().mails.map((mail) => ({ ...mail, operationId: again.id })),
        ],
        digests: aRecording().digests.flatMap((one) => [
          one,
          { owners: `${owners},soc@contoso.com`, digest: { ...one.digest, id: again.id } },
        ]),
      },
      "told 2 times: team@contoso.com",
    ],
    [
      "a notice that the undisturbed run told nobody",
      { digests: telling({ key: "finding:invented" }) },
      "told beyond the usual",
    ],
    [
      "a notice that strangers read too",
      { digests: telling({}, "owners/stranger@contoso.com") },
      "told beyond the usual: owners/stranger@contoso.com",
    ],
    [
      "a mail to others than it was composed for",
      { mails: aRecording().mails.map((mail) => ({ ...mail, to: ["stranger@contoso.com"] })) },
      "went to stranger@contoso.com",
    ],
    [
      "a mistake in the app",
      {
        cases: aRecording().cases.map((one) => ({
          ...one,
          fault: { at: "2026-11-23T09:00:00Z", message: "x is not a function", count: 1 },
        })),
      },
      "x is not a function",
    ],
    [
      "tags that were written once more without a reason",
      {
        writes: [1, 2].map((at) => ({
          at,
          resource: `${subject}/providers/microsoft.resources/tags/default`,
          operation: "Microsoft.Resources/tags/write",
        })),
      },
      "2 times Microsoft.Resources/tags/write",
    ],
    [
      "a mail that nobody composed",
      { mails: [...aRecording().mails, { at: 0, to: ["x"], subject: "x", operationId: "x" }] },
      "nobody composed",
    ],
    [
      "a foreign change",
      { estate: { [subject]: { ...aRecording().estate[subject], "tags.env": '"test"' } } },
      "nobody asked for that",
    ],
    [
      "a tag of others that is gone",
      { estate: { [subject]: { [addon]: "true" } } },
      "nobody asked for that",
    ],
    ["a resource that is gone", { estate: {} }, "is gone"],
    [
      "a write that was made twice",
      { writes: [...aRecording().writes, ...aRecording().writes] },
      "2 times",
    ],
    [
      "an orchestration that failed",
      {
        failedRuns: [{ name: "guardCluster", status: "Failed", output: "x" }],
      },
      "guardCluster ended as Failed",
    ],
    [
      "a run that waits for nothing, while its subject is due",
      {
        agenda: [...aRecording().agenda, due],
        instances: [{ ...hanging, wakesAt: null }],
      },
      "no run comes",
    ],
    [
      "a subject that is due and never run",
      {
        agenda: [...aRecording().agenda, due],
      },
      "no run comes",
    ],
    ["a subject that was never judged", { cases: [] }, "was never judged"],
    ["a request that no operation takes", { unhandled: ["GET /x"] }, "no operation takes GET /x"],
    ["a misstep", { missteps: ["read-only-property"] }, "read-only-property"],
  ])("%s", (_, over, words) => {
    const verdict = compared(aRecording(over));
    expect(verdict.kind).toBe("failed");
    expect(verdict.problems.join("\n")).toContain(words);
  });

  it("no case of what is in order, where a run says so", () => {
    const instances = (output: string) => [
      { ...hanging, status: "Completed", output, wakesAt: null },
    ];
    const of = (output: string) =>
      compared(aRecording({ cases: [], instances: instances(output) }));
    expect(of('"compliant"').problems.join("\n")).not.toContain("was never judged");
    expect(of('"compliant; absent"').problems.join("\n")).not.toContain("was never judged");
    expect(of('"fault: no"').problems.join("\n")).toContain("was never judged");
  });

  it("nothing else: a run that waits for a timer is under way, a tag write that failed may be repeated", () => {
    const agenda = [...aRecording().agenda, due];
    const instances = [{ ...hanging, wakesAt: aRecording().at + 60_000 }];
    expect(compared(aRecording({ agenda, instances })).kind).toBe("equal");
    const tags = { at: 1, resource: subject, operation: "Microsoft.Resources/tags/write" };
    const writes = [...aRecording().writes, tags, tags];
    expect(compared(aRecording({ writes }), { tagWriteFails: true }).kind).toBe("equal");
  });

  it("someone else's tag that our write took away", () => {
    const theirs = { foreignTag: "theirs" };
    expect(compared(aRecording(), theirs).problems.join()).toContain("theirs");
    const kept = { ...aRecording().estate[subject], "tags.theirs": '"set meanwhile"' };
    expect(compared(aRecording({ estate: { [subject]: kept } }), theirs).kind).toBe("equal");
  });

  it("a write after an operator's stop", () => {
    expect(compared(aRecording(), { stopAfter: 60_000 }).problems.join()).toContain("stopped");
    expect(compared(aRecording(), { stopAfter: 3_600_000 }).kind).toBe("equal");
  });
});
