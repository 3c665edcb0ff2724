import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../shared/domain/notice.ts";
import { alertMail } from "../../../shared/email/alert-mail.ts";
import { operatorsMail } from "../../../shared/email/operators-mail.ts";
import { ownerDigest } from "../../../shared/email/owner-digest.ts";
import * as f from "../../support/mail-fixtures.ts";

/** Fields whose text comes from Azure, from an alert or from people. */
const untrusted = new Set([
  "title",
  "description",
  "name",
  "namespace",
  "type",
  "reason",
  "detail",
  "message",
  "code",
  "fix",
  "why",
  "remediation",
  "about",
  "before",
  "after",
  "assignment",
  "basis",
  "plan",
  "currency",
  "subscriptionName",
  "resourceGroup",
  "resourceId",
  "resource",
  "link",
  "by",
  "names",
]);
/** Names that choose a path in our code, not a text: leave reasons and names of parts. */
const kept = new Set([
  "would-block",
  "audit-log",
  "node",
  "configuration",
  "workload",
  "plans",
  "pod",
]);

function poisoned<T>(value: T, text: string, field?: string): T;
function poisoned(value: unknown, text: string, field = ""): unknown {
  if (typeof value === "string") return untrusted.has(field) && !kept.has(value) ? text : value;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, text, field));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, poisoned(each, text, key)]),
  );
}

const evil = fc.oneof(
  fc.constantFrom(
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x' onmouseover='alert(1)",
    "a\r\nBcc: victim@example.com\r\n\r\nbody",
    "a\u2028Subject: x\u0000\u001b[2J\u202e",
    "javascript:alert(1)",
    "https://evil.example/login",
    "<!--[if mso]><a href=https://evil.example>",
    "</style></td></tr></table>",
    "`$(reboot)`; rm -rf / #",
    "__proto__",
    "\ud800",
    "",
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
);

const left = {
  kind: "leave",
  rule: "addon",
  act: "enable-addon",
  reason: "would-block",
  detail: "d",
  lookAgain: null,
} as const;
const refusal = {
  act: "write-tags",
  rule: "compliance",
  at: f.now,
  code: "c",
  message: "m",
  fix: "f",
} as const;
const alert = f.anAlert();
const cases = [
  f.aCase({ decisions: [left], refusals: [refusal] }),
  { ...f.aSubscriptionCase(), findings: [f.findings.plan, f.aFinding({ definition: "unknown" })] },
];
const digestInput = () => {
  const input = f.aDigestInput({ cases, alerts: [alert] });
  const [one] = cases;
  const notices = one ? [...input.parts.new, f.alertNotice(one, alert)] : [];
  return { ...input, parts: { ...input.parts, new: notices } };
};

const mails: Readonly<Record<string, (text: string) => Message>> = {
  "an owner's mail": (text) => {
    const { cases: all, alerts, why, parts, ...rest } = digestInput();
    return ownerDigest({ ...rest, ...poisoned({ cases: all, alerts, why, parts }, text) });
  },
  "an alert's mail": (text) => {
    const { case: one, alerts, why, ...rest } = f.anAlertInput({ case: cases[0] ?? null });
    return alertMail({ ...rest, ...poisoned({ case: one, alerts, why }, text) });
  },
  "the operators' mail": (text) => operatorsMail(poisoned(f.aReport(), text), f.mailRules, f.now),
};

const ours =
  /^<(?:\/?(?:html|head|title|style|body|table|tr|td|th|div|span|b|a|nobr)|!doctype html|meta|br|!--\[if mso\]|!\[endif\]--)(?=[\s>])/;

describe.each(Object.entries(mails))("%s", (_, write) => {
  it("holds only our own markup, whatever the texts are", () => {
    fc.assert(
      fc.property(evil, (text) => {
        const { html } = write(text);
        const tags = html.match(/<[^>]*>/g) ?? [];
        for (const tag of tags) {
          expect(tag).toMatch(ours);
          expect(tag).not.toMatch(/\son\w+\s*=|\ssrc\s*=/i);
        }
        expect(html.match(/<!--/g)).toHaveLength(2);
      }),
      { numRuns: 30 },
    );
  });

  it("links nowhere but to the portal and to the page about this service", () => {
    fc.assert(
      fc.property(evil, (text) => {
        for (const [, href = ""] of write(text).html.matchAll(/href="([^"]*)"/g)) {
          expect(href).toMatch(
            /^https:\/\/(?:portal\.azure\.com\/|wiki\.contoso\.com\/guardrail$)/,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it("has a subject of one short line and a text without control characters", () => {
    fc.assert(
      fc.property(evil, (text) => {
        const mail = write(text);
        expect(mail.subject).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(mail.subject.length).toBeLessThanOrEqual(78);
        expect(mail.subject).not.toMatch(/!/);
        expect(mail.text).not.toMatch(/[^\P{Cc}\n]/u);
        expect(mail.text).not.toMatch(/^(?:Bcc|Subject):/im);
      }),
      { numRuns: 30 },
    );
  });

  it("makes no web address of a stranger something to click", () => {
    const { html, text } = write("see https://evil.example/login or www.evil.example");
    expect(html + text).not.toContain("https://evil");
    expect(html + text).not.toContain("www.evil");
    expect(text).toContain("hxxps://evil.example/login");
  });

  it("shows the text all the same, escaped", () => {
    expect(write("<script>alert(1)</script>").html).toContain(
      "&lt;script&gt;alert(1)&lt;/script&gt;",
    );
  });
});
