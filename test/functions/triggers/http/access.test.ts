import { RestError } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { createTriggers, ledgerOf } from "../harness.ts";

const reading = ["listCases", "getCase", "readLedger", "listQuarantine", "healthDetails"];
const changing = ["allowCase", "startScan", "stopWrites", "resumeWrites", "replayQuarantine"];

/** What App Service authentication puts into its header. */
function signedIn(roles: readonly string[], name = "anna@contoso.example"): Record<string, string> {
  const claims = [
    { typ: "preferred_username", val: name },
    ...roles.map((role) => ({ typ: "roles", val: role })),
  ];
  const principal = { auth_typ: "aad", claims, name_typ: "name", role_typ: "roles" };
  const text = Buffer.from(JSON.stringify(principal)).toString("base64");
  return { "x-ms-client-principal": text };
}

const body = { why: "a reason" };
const requestFor = (name: string) => (reading.includes(name) ? {} : { method: "POST", body });
const entra = { httpAuth: "entra", websiteAuthEnabled: true } as const;

describe("who may call", () => {
  it("is up to the host's keys by default, for everything but health", () => {
    const { functions } = createTriggers();
    const levels = [...functions]
      .filter(([, { kind }]) => kind === "http")
      .map(([name, { options }]) => [name, options.authLevel]);
    expect(Object.fromEntries(levels)).toEqual({
      ...Object.fromEntries(
        [...reading, ...changing, "exemptions"].map((name) => [name, "function"]),
      ),
      health: "anonymous",
    });
  });

  it.each([...reading, ...changing])("is nobody without a sign-in: %s", async (name) => {
    const { call } = createTriggers(entra);
    const request = requestFor(name);
    expect((await call(name, request)).status).toBe(401);
    const forged = { "x-ms-client-principal": "bm90IGpzb24=" };
    expect((await call(name, { ...request, headers: forged })).status).toBe(401);
    const roleless = signedIn(["Visitor"]);
    expect((await call(name, { ...request, headers: roleless })).status).toBe(403);
  });

  it.each([...reading, ...changing])("is nobody while authentication is off: %s", async (name) => {
    const { call } = createTriggers({ httpAuth: "entra", websiteAuthEnabled: false });
    const headers = signedIn(["Operator", "Reader"]);
    const answer = await call(name, { ...requestFor(name), headers });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining("WEBSITE_AUTH_ENABLED") } },
    });
  });

  it("is a reader for reading and an operator for all", async () => {
    const { call, gateways } = createTriggers(entra);
    const reader = signedIn(["Reader"]);
    expect((await call("listCases", { headers: reader })).status).toBe(200);
    expect((await call("exemptions", { headers: reader })).status).toBe(200);
    expect((await call("stopWrites", { method: "POST", body, headers: reader })).status).toBe(403);
    expect(await gateways.system.stop()).toBeNull();
    const operator = signedIn(["Operator"]);
    expect((await call("listCases", { headers: operator })).status).toBe(200);
    expect((await call("stopWrites", { method: "POST", body, headers: operator })).status).toBe(
      200,
    );
    expect(await gateways.system.stop()).toMatchObject({ by: "anna@contoso.example" });
  });

  it("is no page of another site on an operator's sign-in", async () => {
    const { call } = createTriggers(entra);
    const headers = { ...signedIn(["Operator"]), "sec-fetch-site": "cross-site" };
    expect((await call("stopWrites", { method: "POST", body, headers })).status).toBe(403);
  });

  it("stands in the ledger without line breaks and unseen marks", async () => {
    const { call, gateways } = createTriggers(entra);
    const headers = signedIn(["Operator"], "eve\r\n\u202Eforged line");
    await call("stopWrites", { method: "POST", body, headers });
    expect(await ledgerOf({ gateways })).toMatchObject([
      { kind: "operator", act: "stop", by: "eve forged line" },
    ]);
  });
});

describe("a request", () => {
  it("is bounded", async () => {
    const { call } = createTriggers();
    const long = { why: "x".repeat(70_000) };
    expect((await call("stopWrites", { method: "POST", body: long })).status).toBe(413);
    const announced = { "content-length": "70000" };
    const short = await call("stopWrites", { method: "POST", body, headers: announced });
    expect(short.status).toBe(413);
  });

  it.each([
    ["not JSON", "{", 400],
    ["no body", undefined, 400],
    ["no reason", {}, 400],
    ["an unknown member", { why: "x", wyh: "y" }, 400],
    ["a list", [], 400],
  ])("with %s is refused with the path of each mistake", async (_name, wrong, status) => {
    const { call, gateways } = createTriggers();
    expect((await call("stopWrites", { method: "POST", body: wrong })).status).toBe(status);
    expect(await gateways.system.stop()).toBeNull();
  });

  it("says what to send instead", async () => {
    const { call } = createTriggers();
    const answer = await call("stopWrites", { method: "POST", body: { why: "" } });
    expect(answer.body).toMatchObject({
      error: {
        mistakes: [{ path: "body.why", message: expect.stringContaining("say in one line") }],
      },
    });
  });

  it("meets an outage with 503, any other fault with 500, and never with what storage said", async () => {
    for (const [statusCode, status] of [
      [503, 503],
      [400, 500],
    ]) {
      const { call, logs } = createTriggers({}, (gateways) => ({
        ...gateways,
        quarantine: {
          ...gateways.quarantine,
          list: async () => {
            throw new RestError("secret-word", { statusCode: Number(statusCode) });
          },
        },
      }));
      const answer = await call("listQuarantine");
      expect(answer.status).toBe(status);
      expect(JSON.stringify(answer.body) + logs.join()).not.toContain("secret-word");
    }
  });

  it("never writes its body or its headers into the log", async () => {
    const { call, logs } = createTriggers(entra);
    const headers = { ...signedIn(["Operator"]), authorization: "Bearer secret-word" };
    await call("stopWrites", { method: "POST", headers, body: { why: "secret-word" } });
    await call("stopWrites", { method: "POST", headers, body: { wrong: "secret-word" } });
    await call("exemptions", { method: "POST", headers, body: { scope: "secret-word" } });
    expect(logs.join("\n")).not.toContain("secret-word");
    expect(logs.join("\n")).not.toContain(signedIn(["Operator"])["x-ms-client-principal"]);
  });
});
