import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
} from "@azure/core-rest-pipeline";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createGateways } from "../../../shared/azure/gateways.ts";
import { createHttpClient } from "../../../shared/azure/http-client.ts";

const seen: Pick<IncomingMessage, "method" | "url" | "headers">[] = [];
const server = createServer((request, response) => {
  seen.push({ method: request.method, url: request.url, headers: request.headers });
  response.setHeader("content-type", "application/json").end('{"properties":{"tags":{}}}');
});
const operationId = "5e0a5a4e-0000-4000-8000-000000000001";
const arm = "https://management.azure.com";
let local = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  local = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen.length = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const send = (method: HttpMethods, url: string, readOnly: boolean) =>
  createHttpClient({ localRoutes: { [arm]: local }, readOnly }).sendRequest(
    createPipelineRequest({ method, url }),
  );

describe("a local route", () => {
  it("takes requests of its origin, and leaves their https address to the SDK", async () => {
    const response = await send("PUT", `${arm}/subscriptions/a%20b?api-version=1`, false);
    expect(seen).toMatchObject([{ method: "PUT", url: "/subscriptions/a%20b?api-version=1" }]);
    expect(response.request.url).toBe(`${arm}/subscriptions/a%20b?api-version=1`);
  });
});

describe("an answer of success", () => {
  const answered = (type: string | null, bodyAsText: string) =>
    createHttpClient(
      { localRoutes: {}, readOnly: false },
      {
        sendRequest: async (request) => ({
          request,
          status: 200,
          headers: createHttpHeaders(type === null ? {} : { "content-type": type }),
          bodyAsText,
        }),
      },
    ).sendRequest(createPipelineRequest({ method: "GET", url: `${arm}/x` }));

  it("that is a page is a fault, which no SDK may take for an empty answer", async () => {
    await expect(answered("text/html; charset=utf-8", "<p>down</p>")).rejects.toMatchObject({
      name: "RestError",
      code: "PARSE_ERROR",
      message: "The answer is no JSON.",
    });
  });

  it.each([
    ["application/json; charset=utf-8", "{}"],
    ["application/problem+json", "{}"],
    ["text/plain", ""],
    [null, "{}"],
  ])("of the kind %s goes through with: %s", async (type, body) => {
    expect((await answered(type, body)).status).toBe(200);
  });
});

describe("a service that takes a request and does not answer", () => {
  /** The first part of an answer, and how many requests it was given to; the rest never comes. */
  const silent = async (part: string) => {
    const seenBy = { requests: 0, closed: 0 };
    const service = createServer((request, response) => {
      seenBy.requests += 1;
      request.socket.once("close", () => {
        seenBy.closed += 1;
      });
      if (part !== "") response.writeHead(200, { "content-length": 100 }).write(part);
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => service.closeAllConnections());
    onTestFinished(() => void service.close());
    return { seenBy, url: `http://127.0.0.1:${(service.address() as AddressInfo).port}` };
  };

  it.each([
    ["at all", ""],
    ["to the end", '{"value":['],
  ])("%s is a fault after the time that it is given, and is asked once", async (_, part) => {
    const { url, seenBy } = await silent(part);
    const client = createHttpClient({ localRoutes: { [arm]: url }, readOnly: false, timeout: 0.2 });
    const began = performance.now();
    const sent = client.sendRequest(createPipelineRequest({ method: "PUT", url: `${arm}/x` }));
    const fault = await sent.catch((error: unknown) => error);
    expect(fault).toMatchObject({
      name: "AzureError",
      message: "timed out: no answer in 0.2 seconds",
    });
    expect(performance.now() - began).toBeGreaterThan(190);
    await expect.poll(() => seenBy).toEqual({ requests: 1, closed: 1 });
  });

  it("is a fault, not a no, to the gateways", async () => {
    const { url } = await silent("");
    const gateways = createGateways({
      credential: { kind: "local" },
      storage: { kind: "connection-string", value: "UseDevelopmentStorage=true" },
      localRoutes: { [arm]: url, "https://contoso.communication.azure.com": url },
      readOnly: false,
      timeout: 0.2,
      mail: { endpoint: "https://contoso.communication.azure.com", from: "a@b.c", replyTo: null },
      appVersion: "test",
    });
    const message = { to: ["ann@contoso.com"], subject: "s", text: "t", html: "h" };
    const late = {
      name: "AzureError",
      status: null,
      message: "timed out: no answer in 0.2 seconds",
    };
    await expect(gateways.mail.send(message, operationId)).rejects.toMatchObject(late);
    await expect(
      gateways.tags.merge(`/subscriptions/${operationId}`, { a: "b" }),
    ).rejects.toMatchObject(late);
  });

  it("is no time-out when we call it off ourselves", async () => {
    const { url } = await silent("");
    const client = createHttpClient({ localRoutes: { [arm]: url }, readOnly: false });
    const abortSignal = AbortSignal.timeout(50);
    const sent = client.sendRequest(createPipelineRequest({ url: `${arm}/x`, abortSignal }));
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("read-only", () => {
  const cluster =
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.ContainerService/managedClusters/c";

  it.each<[HttpMethods, string]>([
    ["PUT", cluster],
    ["PATCH", "/subscriptions/s/providers/Microsoft.Resources/tags/default"],
    ["DELETE", cluster],
    ["POST", `${cluster}/listClusterAdminCredential`],
    [
      "POST",
      "/subscriptions/s/providers/Microsoft.PolicyInsights/policyStates/latest/triggerEvaluation",
    ],
    ["POST", "/providers/Microsoft.ResourceGraph/resources/x"],
    ["POST", `${cluster}?x=/providers/Microsoft.ResourceGraph/resources`],
  ])("sends no %s %s", async (method, path) => {
    await expect(send(method, `${arm}${path}`, true)).rejects.toThrow(/read-only/);
    expect(seen).toEqual([]);
  });

  it.each<[HttpMethods, string]>([
    ["GET", cluster],
    ["HEAD", cluster],
    ["POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01"],
    ["POST", `${cluster}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults`],
    [
      "POST",
      `${cluster}/providers/Microsoft.PolicyInsights/componentPolicyStates/latest/queryResults`,
    ],
  ])("sends %s %s", async (method, path) => {
    await send(method, `${arm}${path}`, true);
    expect(seen).toHaveLength(1);
  });

  it("sends no mail to the real service", async () => {
    const url = "https://contoso.communication.azure.com/emails:send";
    await expect(send("POST", url, true)).rejects.toThrow(/read-only/);
  });

  it("makes a refusal of every write of the gateways", async () => {
    const gateways = createGateways({
      credential: { kind: "local" },
      storage: { kind: "connection-string", value: "UseDevelopmentStorage=true" },
      localRoutes: { [arm]: local },
      readOnly: true,
      mail: { endpoint: "https://contoso.communication.azure.com", from: "a@b.c", replyTo: null },
      appVersion: "test",
    });
    const message = { to: ["ann@contoso.com"], subject: "s", text: "t", html: "h" };
    const refused = { kind: "refused", code: "ReadOnly" };
    expect(await gateways.mail.send(message, operationId)).toMatchObject(refused);
    expect(await gateways.tags.merge(`/subscriptions/${operationId}`, { a: "b" })).toMatchObject(
      refused,
    );
    expect(seen.every(({ method }) => method === "GET")).toBe(true);
  });
});
