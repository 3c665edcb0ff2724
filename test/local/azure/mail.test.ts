import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOfTest } from "../../support/test-folder.ts";
import { startAzure } from "./simulated.ts";

const message = {
  senderAddress: "guard@contoso.com",
  content: { subject: "Grüße", plainText: "text", html: "<p>html</p>" },
  recipients: { to: [{ address: "Shop-Team@contoso.com" }] },
};
const id = "aaaaaaaa-0000-4000-8000-000000000001";
const statusAddress = "/emails/operations";

describe("Communication Services email", () => {
  it("takes a message through the SDK, and keeps it as .eml, .html and .txt", async () => {
    const mailDir = folderOfTest();
    const { email, azure, pass } = await startAzure([], { mailDir });

    const poller = await email.beginSend(message, { operationId: id });
    expect(poller.getOperationState().status).toBe("running");
    await pass(5);
    await poller.poll();

    expect(poller.getResult()).toMatchObject({ id, status: "Succeeded" });
    expect(readdirSync(mailDir)).toEqual([
      "01-Shop-Team.eml",
      "01-Shop-Team.html",
      "01-Shop-Team.txt",
    ]);
    const eml = readFileSync(join(mailDir, "01-Shop-Team.eml"), "utf8");
    expect(eml).toContain("Subject: =?utf-8?B?R3LDvMOfZQ==?=");
    expect(azure.mailbox.mails).toMatchObject([{ operationId: id, message }]);
  });

  it("answers a repeated operation id without a second mail, unless told to forget", async () => {
    const remembering = await startAzure([]);
    const forgetful = await startAzure([], { mailDeduplicates: false });
    for (const { email } of [remembering, forgetful]) {
      await email.beginSend(message, { operationId: id });
      await email.beginSend(message, { operationId: id });
    }
    expect(remembering.azure.mailbox.mails).toHaveLength(1);
    expect(forgetful.azure.mailbox.mails).toHaveLength(2);
  });

  it.each([
    ["fails", "operation-fails", "Failed", 0],
    ["is cancelled", "operation-canceled", "Canceled", 0],
    ["is never spoken of again", "operation-never-ends", "Running", 1],
  ] as const)("accepts a mail that %s in the end", async (_, kind, end, delivered) => {
    const match = { method: "POST", pathTemplate: "/emails:send" };
    const { url, email, azure, pass } = await startAzure([], {
      faults: [{ match, fault: { kind }, when: "first" }],
    });
    const headers = { authorization: "Bearer t" };
    const status = async () => {
      const address = `${url}${statusAddress}/${id}?api-version=2025-09-01`;
      return (await fetch(address, { headers })).json();
    };
    await email.beginSend(message, { operationId: id });
    expect(await status()).toMatchObject({ status: "Running" });
    await pass(7200);
    const error = end === "Failed" ? { code: expect.any(String) } : undefined;
    expect(await status()).toMatchObject({ status: end, ...(error ? { error } : {}) });
    expect(azure.mailbox.mails).toHaveLength(delivered);
  });

  it("knows no operation that it was not given", async () => {
    const { url } = await startAzure([]);
    const headers = { authorization: "Bearer t" };
    const answer = await fetch(`${url}${statusAddress}/${id}?api-version=2025-09-01`, { headers });
    expect(answer.status).toBe(404);
  });

  it("sends five a minute and ten an hour from a domain of Azure's own", async () => {
    const { email, pass } = await startAzure([], { mailQuota: "managed" });
    const send = async (count: number) => {
      for (let done = 0; done < count; done += 1) await email.beginSend(message);
    };

    await send(5);
    await expect(send(1)).rejects.toMatchObject({ statusCode: 429 });
    await pass(60);
    await expect(send(5)).resolves.toBeUndefined();
    await pass(60);
    const refusal = await email.beginSend(message).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ statusCode: 429 });
    await pass(3600 - 120);
    await expect(send(1)).resolves.toBeUndefined();
  });

  it.each([
    ["no recipient", { ...message, recipients: { to: [] } }],
    ["a sender that is no address", { ...message, senderAddress: "guard" }],
    ["no content", { ...message, content: { subject: "s" } }],
  ])("refuses %s", async (_, bad) => {
    const { url, azure } = await startAzure([]);
    const answer = await fetch(`${url}/emails:send?api-version=2025-09-01`, {
      method: "POST",
      headers: { authorization: "Bearer t", "content-type": "application/json" },
      body: JSON.stringify(bad),
    });
    expect(answer.status).toBe(400);
    expect(azure.mailbox.mails).toEqual([]);
  });

  it("refuses a domain that is not linked", async () => {
    const { email } = await startAzure([], { mailDomains: ["contoso.com"] });
    const foreign = { ...message, senderAddress: "guard@elsewhere.example" };
    await expect(email.beginSend(foreign)).rejects.toMatchObject({ code: "DomainNotLinked" });
  });

  it("needs each of the rights that the service asks for, whatever the role's scope", async () => {
    const rights = [
      "Microsoft.Communication/CommunicationServices/read",
      "Microsoft.Communication/CommunicationServices/write",
      "Microsoft.Communication/EmailServices/write",
    ];
    const sendWith = async (actions: string[]) => {
      const { email } = await startAzure([], { role: { actions, scopes: ["/subscriptions/one"] } });
      const poller = await email.beginSend(message, { operationId: id });
      return poller.getOperationState().status;
    };

    expect(await sendWith(rights)).toBe("running");
    for (const missing of rights) {
      const refused = sendWith(rights.filter((right) => right !== missing));
      await expect(refused).rejects.toMatchObject({ code: "AuthorizationFailed" });
    }
  });
});
