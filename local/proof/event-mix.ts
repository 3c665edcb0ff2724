import { randomOf } from "../azure/random.ts";
import type { Delivery } from "../demo/scenario.ts";
import { isJson } from "../host/is-json.ts";

const window = 11 * 60_000;

/**
 * The same news in another way: events repeated up to three times, out of order, with copies dropped
 * but for the last, and broken or hostile copies in between. Changes of Azure itself stay.
 */
export function mixed(deliveries: readonly Delivery[], seed: number): readonly Delivery[] {
  const random = randomOf(seed);
  const [first] = deliveries;
  const start = first?.at ?? 0;
  const somewhen = (): number => start + Math.floor((random() * window) / 1000) * 1000;
  return deliveries
    .flatMap((delivery) => {
      if (delivery.to === "azure") return [delivery];
      const kept = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
        ...delivery,
        at: somewhen(),
      }));
      const text = mutated(delivery.text, random);
      // Event Grid delivers nothing but JSON.
      const to = isJson(text) ? delivery.to : "defenderEvents";
      const broken = { ...delivery, at: somewhen(), to, text } as const;
      return random() < 0.5 ? [...kept, broken] : kept;
    })
    .sort((one, other) => one.at - other.at);
}

const hostile = [
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "a\r\nBcc: everybody@contoso.com",
  "\u202egnp.exe",
  "'; drop table agenda; --",
  "=HYPERLINK(1)",
  "{{constructor.constructor('return 1')()}}",
  "../../etc/passwd?#/",
  "x".repeat(100_000),
];

/** Texts that people read; an event with another id would be other news. */
const shownFields = [
  "Description",
  "AlertDisplayName",
  "CompromisedEntity",
  "VendorName",
  "Intent",
];

/** A copy that is cut off, is of another shape, or says something hostile. */
export function mutated(text: string, random: () => number): string {
  const choice = Math.floor(random() * 4);
  if (choice === 0) return text.slice(0, Math.floor(random() * text.length));
  if (choice === 1) return JSON.stringify([null, 7, "text", { __proto__: null, constructor: 1 }]);
  const evil = hostile[Math.floor(random() * hostile.length)] ?? "";
  const field = shownFields[Math.floor(random() * shownFields.length)] ?? "";
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || Array.isArray(body)) return evil;
    return JSON.stringify({ ...body, [field]: evil, extra: { [evil.slice(0, 50)]: evil } });
  } catch {
    return evil;
  }
}
