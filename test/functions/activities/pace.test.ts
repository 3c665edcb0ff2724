import fc from "fast-check";
import { expect, it } from "vitest";
import { mailQuotas, nextSlot } from "../../../functions/activities/pace.ts";

const now = "2026-11-23T09:00:00.000Z";
const ago = (seconds: number) => new Date(Date.parse(now) - seconds * 1000).toISOString();

it("sends at once while there is room", () => {
  expect(nextSlot([], mailQuotas.managed, { urgent: false, now })).toBeNull();
  expect(nextSlot([ago(3000), ago(70)], mailQuotas.managed, { urgent: false, now })).toBeNull();
});

it("keeps two of ten sends an hour for urgent mail", () => {
  const eight = [3000, 2000, 1900, 1800, 1700, 1600, 1500, 1400].map(ago);
  const slot = nextSlot(eight, mailQuotas.managed, { urgent: false, now });
  expect(slot).toBe("2026-11-23T09:10:01.000Z");
  expect(nextSlot(eight, mailQuotas.managed, { urgent: true, now })).toBeNull();
});

it("waits for the minute when the minute is full", () => {
  const five = [50, 40, 30, 20, 10].map(ago);
  expect(nextSlot(five, mailQuotas.managed, { urgent: true, now })).toBe(
    "2026-11-23T09:00:11.000Z",
  );
});

it("never passes a quota, however many mails wait", () => {
  const law = fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (mails) => {
    const quota = mailQuotas.managed;
    let clock = Date.parse(now);
    const sent: string[] = [];
    for (const urgent of mails) {
      for (;;) {
        const slot = nextSlot(sent, quota, { urgent, now: new Date(clock).toISOString() });
        if (slot === null) break;
        expect(Date.parse(slot)).toBeGreaterThan(clock);
        clock = Date.parse(slot);
      }
      sent.push(new Date(clock).toISOString());
    }
    for (const at of sent) {
      const within = (span: number) =>
        sent.filter((one) => {
          const age = Date.parse(at) - Date.parse(one);
          return age >= 0 && age < span;
        }).length;
      expect(within(60_000)).toBeLessThanOrEqual(quota.perMinute);
      expect(within(3_600_000)).toBeLessThanOrEqual(quota.perHour);
    }
  });
  fc.assert(law);
});
