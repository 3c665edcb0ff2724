import { describe, expect, it } from "vitest";
import { alertMail } from "../../../shared/email/alert-mail.ts";
import * as f from "../../support/mail-fixtures.ts";

const mail = alertMail(f.anAlertInput());

it("has a subject of its own: severity, title, cluster", () => {
  expect(mail.subject).toBe("HIGH alert: Exposed Kubernetes dashboard detected, aks-shop-prod");
});

it("keeps the cluster in the subject when the title is long, and stays under 78 characters", () => {
  const alerts = [f.anAlert({ title: "Something very long! ".repeat(9) })];
  const { subject } = alertMail(f.anAlertInput({ alerts }));
  expect(subject.length).toBeLessThanOrEqual(78);
  expect(subject).toMatch(/^HIGH alert: .*, aks-shop-prod$/);
  expect(subject).not.toContain("!");
});

it("gives severity, time, what it is about and Defender's own steps as text", () => {
  expect(mail.text).toContain("1. HIGH    Exposed Kubernetes dashboard detected.");
  expect(mail.text).toContain(
    "When      Mon 23 Nov 2026, 09:05 (UTC+1); reported to us Mon 23 Nov 2026, 09:52",
  );
  expect(mail.text).toContain("namespace kubernetes-dashboard, service dashboard-public");
  expect(mail.text).toContain("Defender's own steps:");
  expect(mail.text).toContain("2. If it is not meant to be public, change its type to ClusterIP.");
  expect(mail.text).toContain("kubectl delete service <service-name>");
  expect(mail.html).toContain("&lt;service-name&gt;");
  expect(mail.html).not.toContain("ClusterIP</b>");
});

it("links to the alert in the portal, and to the resource where the link leads elsewhere", () => {
  expect(mail.html).toContain('href="https://portal.azure.com/#blade/Microsoft_Azure_Security');
  for (const link of ["https://evil.example/", "https://portal.azure.com.evil.example/", null]) {
    const { html } = alertMail(f.anAlertInput({ alerts: [f.anAlert({ link })] }));
    expect(html).not.toContain("evil.example");
    expect(html).toContain("Open the resource in the Azure portal");
  }
});

it("says that Defender gave no steps when it gave none", () => {
  const { text } = alertMail(f.anAlertInput({ alerts: [f.anAlert({ remediation: [] })] }));
  expect(text).toContain("Defender gave no steps");
});

it("shows what else is open on the resource", () => {
  expect(mail.text).toContain("HIGH: Privileged container (payments: log-tail)");
});

it("is written without a case too", () => {
  const { subject, text } = alertMail(f.anAlertInput({ case: null }));
  expect(subject).toContain("aks-shop-prod");
  expect(text).toContain("Exposed Kubernetes dashboard detected");
});

describe("a storm", () => {
  const low = f.anAlert({ id: "low", title: "A low one", severity: "Low" });
  const { text, subject } = alertMail(f.anAlertInput({ alerts: [low, f.anAlert()], count: 40 }));

  it("is one mail with a count, the worst first", () => {
    expect(subject).toContain("HIGH alert: Exposed");
    expect(text).toContain("40 alerts within an hour, in one mail");
    expect(text).toContain("and 38 more on this resource");
    expect(text.indexOf("Exposed")).toBeLessThan(text.indexOf("A low one"));
  });
});

describe("a test alert", () => {
  const test = f.anAlert({ id: "t", test: true, title: "[SAMPLE ALERT] Web shell" });

  it("is told as a test, and asks for nothing", () => {
    const { subject, text } = alertMail(f.anAlertInput({ alerts: [test] }));
    expect(subject).toBe("Test alert: [SAMPLE ALERT] Web shell, aks-shop-prod");
    expect(text).toContain("You:  nothing to do: this is a test");
    expect(text).toContain("1. TEST    [SAMPLE ALERT] Web shell. A simulated alert");
  });

  it("does not hide a real one", () => {
    const { subject, text } = alertMail(f.anAlertInput({ alerts: [test, f.anAlert()], count: 2 }));
    expect(subject).toContain("HIGH alert: Exposed");
    expect(text).toContain("You:  look into it now");
  });
});
