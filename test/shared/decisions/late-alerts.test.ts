import { describe, expect, it } from "vitest";
import { type LateFacts, lateAlerts, withMissed } from "../../../shared/decisions/late-alerts.ts";
import { decideNotices } from "../../../shared/decisions/notices.ts";
import type { Case } from "../../../shared/domain/case.ts";
import {
  aCase,
  aFinding,
  anAlert,
  anInForce,
  now,
  someOwnerFacts,
  someRecipients,
} from "../../support/builders.ts";

const recipients = someRecipients();
const key = `alert:${anAlert().id}`;
const standing = aFinding({ key, rule: "alerts", part: "audit-log" });
const over = { ...standing, resolvedAt: now };
const unread = someOwnerFacts({ securityContacts: null, unreadable: ["security contact: 403"] });
const readable = someOwnerFacts({ securityContacts: ["soc@contoso.com"] });
const known = (value: Partial<Case> = {}) => aCase({ recipients, findings: [standing], ...value });

/** What a look knows, and what it tells to everybody. */
function facts(given: Partial<LateFacts> = {}): LateFacts {
  const look = {
    before: known(),
    after: known(),
    alerts: [anAlert()],
    newChanges: [],
    recipients,
    inForce: anInForce(),
    now,
    ...given,
  };
  return { owners: readable, told: decideNotices(look), ...look };
}

describe("an alert that was told while nobody could say who the security contact is", () => {
  it("is remembered, until it is over", () => {
    const first = withMissed(facts({ before: null, owners: unread }));
    expect(first.missedByContact).toEqual([key]);
    const again = withMissed(facts({ before: first, after: first, owners: unread }));
    expect(again.missedByContact).toEqual([key]);
    const after = known({ findings: [over] });
    const ended = withMissed(facts({ before: first, after, owners: unread }));
    expect(ended.missedByContact).toBeUndefined();
  });

  it("is told to it as urgently once it can be read, and forgotten then", () => {
    const late = facts({
      before: known({ missedByContact: [key] }),
      after: known({ missedByContact: [key] }),
    });
    expect(late.told).toEqual([]);
    expect(lateAlerts(late)).toMatchObject([{ key, kind: "alert", urgent: true, sentAt: null }]);
    expect(withMissed(late).missedByContact).toBeUndefined();
  });

  it("is told to nobody while it cannot be read, nor when it is over, nor while all is off", () => {
    const before = known({ missedByContact: [key] });
    expect(lateAlerts(facts({ before, owners: unread }))).toEqual([]);
    expect(lateAlerts(facts({ before, after: known({ findings: [over] }) }))).toEqual([]);
    expect(lateAlerts(facts({ before, inForce: anInForce({ stage: "off" }) }))).toEqual([]);
  });

  it("is not told apart when everybody is told of it now", () => {
    const earlier = someRecipients({ to: ["old@contoso.com"] });
    const late = facts({ before: known({ missedByContact: [key], recipients: earlier }) });
    expect(late.told.map((notice) => notice.key)).toContain(key);
    expect(lateAlerts(late)).toEqual([]);
  });
});

it("an alert that everybody heard of is told to no security contact again", () => {
  expect(withMissed(facts({ before: known(), owners: unread })).missedByContact).toBeUndefined();
  expect(lateAlerts(facts({ before: known() }))).toEqual([]);
});
