import { describe, expect, it } from "vitest";
import { createGateways } from "../../../shared/azure/gateways.ts";
import { aFault, aManagedCluster, azureOfTest, guid } from "../../support/azure-world.ts";

const message = {
  to: ["ann@contoso.com", "bob@contoso.com"],
  subject: "prod: 2 things to fix",
  text: "Two things\nare wrong.",
  html: "<p>Two things</p>",
};

describe("sending a mail", () => {
  it("sends once under its id, without a look at what became of it", async () => {
    const { gateways, azure, exchanges, pass } = await azureOfTest([aManagedCluster("prod")]);
    expect(await gateways.mail.send(message, guid(1))).toEqual({ kind: "accepted" });
    const [post, ...more] = exchanges();
    expect(more).toEqual([]);
    expect(post).toMatchObject({
      method: "POST",
      url: expect.stringContaining("/emails:send?api-version=2025-09-01"),
      requestHeaders: { "operation-id": guid(1) },
      requestBody: {
        senderAddress: "guardrail@mail.contoso.com",
        content: { subject: message.subject, plainText: message.text, html: message.html },
        recipients: { to: [{ address: "ann@contoso.com" }, { address: "bob@contoso.com" }] },
        replyTo: [{ address: "platform@contoso.com" }],
        userEngagementTrackingDisabled: true,
      },
      status: 202,
    });
    expect(await gateways.mail.status(guid(1))).toEqual({ kind: "running" });
    await pass(1);
    expect(await gateways.mail.status(guid(1))).toEqual({ kind: "sent" });
    expect(azure.mailbox.mails).toHaveLength(1);
  });

  it("can ask what became of a mail whose answer was lost", async () => {
    const fault = aFault({ method: "POST", path: "/emails:send", fault: { kind: "reset-after" } });
    const { gateways, azure, pass } = await azureOfTest([fault]);
    await expect(gateways.mail.send(message, guid(1))).rejects.toMatchObject({
      name: "AzureError",
    });
    await pass(1);
    expect(await gateways.mail.status(guid(1))).toEqual({ kind: "sent" });
    expect(azure.mailbox.mails).toHaveLength(1);
  });

  it("tells a mail that failed from a question that was refused", async () => {
    const { gateways, pass } = await azureOfTest([
      aFault({ method: "POST", path: "/emails:send", fault: { kind: "operation-fails" } }),
      aFault({
        method: "GET",
        path: "/emails/operations/{operationId}",
        fault: { status: 403, code: "Forbidden" },
      }),
    ]);
    await gateways.mail.send(message, guid(1));
    await pass(1);
    expect(await gateways.mail.status(guid(1))).toMatchObject({ kind: "refused", status: 403 });
    expect(await gateways.mail.status(guid(1))).toMatchObject({
      kind: "failed",
      code: "EmailDroppedAllRecipientsSuppressed",
    });
  });

  it("lets no text from outside start a header", async () => {
    const { gateways, azure } = await azureOfTest([]);
    const subject = "prod\r\nBcc: eve@evil.example\u2028x";
    await gateways.mail.send({ ...message, subject }, guid(2));
    expect(azure.mailbox.mails[0]?.message.content.subject).toBe("prod Bcc: eve@evil.example x");
  });

  it("does not know an id that was never sent", async () => {
    const { gateways } = await azureOfTest([]);
    expect(await gateways.mail.status(guid(3))).toEqual({ kind: "unknown" });
  });

  it("waits when the quota is used up", async () => {
    const { gateways } = await azureOfTest([], { throttling: true, mailQuota: "managed" });
    const answers = [];
    for (let number = 10; number < 16; number++) {
      answers.push(await gateways.mail.send(message, guid(number)));
    }
    expect(answers.map(({ kind }) => kind)).toContain("wait");
    expect(answers[0]).toEqual({ kind: "accepted" });
  });

  it("takes a sender that is not linked as the service's no", async () => {
    const { gateways } = await azureOfTest([], { mailDomains: ["other.example"] });
    expect(await gateways.mail.send(message, guid(4))).toMatchObject({ kind: "refused" });
  });

  it("refuses by itself what is not configured", async () => {
    await azureOfTest([]);
    const config = {
      credential: { kind: "local" },
      storage: { kind: "connection-string", value: "UseDevelopmentStorage=true" },
      localRoutes: {},
      readOnly: false,
      appVersion: "test",
    } as const;
    const nowhere = createGateways({
      ...config,
      mail: { endpoint: null, from: "a@b.c", replyTo: null },
    });
    const no = { kind: "refused", code: "MailNotConfigured" };
    expect(await nowhere.mail.send(message, guid(5))).toMatchObject(no);
    expect(await nowhere.mail.status(guid(5))).toMatchObject(no);
    const endpoint = "https://simulated.communication.azure.com";
    const nobody = createGateways({ ...config, mail: { endpoint, from: null, replyTo: null } });
    expect(await nobody.mail.send(message, guid(5))).toMatchObject(no);
  });
});
