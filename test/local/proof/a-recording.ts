import { compare } from "../../../local/proof/compare.ts";
import type { Outside } from "../../../local/proof/outside.ts";
import type { Recording } from "../../../local/proof/recording.ts";
import { aCase, aCluster, aDigest, aLeave, aLedgerEntry, aNotice } from "../../support/builders.ts";

export const subject = aCluster().id.toLowerCase();
export const owners = "owners/team@contoso.com";
const end = Date.parse("2026-11-23T09:10:00Z");

/** The estate before the app came. */
export const untouched = {
  [subject]: { "properties.addonProfiles.azurepolicy.enabled": "false", "tags.env": '"prod"' },
};

/** A run in which one add-on was switched on and one mail told of it. */
export function aRecording(over: Partial<Recording> = {}): Recording {
  const digest = aDigest({
    id: "11111111-0000-4000-8000-000000000001",
    recipients: ["team@contoso.com"],
    notices: [{ subject, key: "finding:sensor" }],
    status: "sent",
  });
  return {
    at: end,
    cases: [aCase({ subject, refusals: [], decisions: [] })],
    ledger: [
      aLedgerEntry({ subject, kind: "intent", act: "enable-addon", before: "off", after: "on" }),
      aLedgerEntry({ subject, kind: "change", act: "enable-addon", before: "off", after: "on" }),
    ],
    agenda: [
      {
        subject: "system/scan",
        kind: "scan",
        at: "2026-11-24T08:00:00.000Z",
        etag: "1",
        by: null,
      },
    ],
    digests: [{ owners, digest }],
    notices: [{ owners, notice: aNotice({ subject, key: "finding:sensor" }) }],
    quarantine: 0,
    operations: [],
    passes: [],
    estate: {
      [subject]: { ...untouched[subject], "properties.addonProfiles.azurepolicy.enabled": "true" },
    },
    instances: [],
    failedRuns: [],
    unauthorized: [],
    writes: [{ at: end - 1_800_000, resource: subject, operation: "managedClusters/write" }],
    mails: [
      { at: end - 900_000, to: ["team@contoso.com"], subject: "Findings", operationId: digest.id },
    ],
    delivered: [],
    kills: 0,
    missteps: [],
    unhandled: [],
    ...over,
  };
}

/** A run in which Azure refused the add-on. */
export function aRefusedRecording(over: Partial<Recording> = {}): Recording {
  return aRecording({
    estate: untouched,
    writes: [],
    cases: [
      aCase({
        subject,
        decisions: [aLeave({ reason: "unreadable", act: "enable-addon", rule: "addon" })],
      }),
    ],
    ledger: [aLedgerEntry({ subject, kind: "refusal", act: "enable-addon" })],
    ...over,
  });
}

/** Holds a recording against the usual one. */
export const compared = (
  actual: Recording,
  outside: Partial<Outside> = {},
  expected: Recording = aRecording(),
) =>
  compare({ example: exampleOf(), expected, untouched }, actual, {
    foreignTag: null,
    stopAfter: null,
    denied: null,
    disturbance: "lasting",
    tagWriteFails: false,
    ...outside,
  });

/** An example whose one subject is the cluster. */
export const exampleOf = () => ({
  estate: { resources: [], violations: [], images: [], manners: [], faults: [] },
  scenario: {
    start: Date.parse("2026-11-23T08:00:00Z"),
    until: end,
    principal: { objectId: "our-object", appId: "our-app", name: "us" },
    deliveries: [],
  },
  policy: "guardrail.json",
  subjects: [subject],
});
