import { describe, expect, it } from "vitest";
import { readSettings } from "../../shared/settings.ts";

const cloud = {
  GUARDRAIL_STAGE: "fix-all",
  HTTP_AUTH: "entra",
  WEBSITE_AUTH_ENABLED: "True",
  AzureWebJobsStorage__tableServiceUri: "https://st.table.core.windows.net/",
  AzureWebJobsStorage__blobServiceUri: "https://st.blob.core.windows.net/",
  AZURE_CLIENT_ID: "c0ffee00-0000-4000-8000-000000000001",
  GUARDRAIL_PRINCIPAL_ID: "c0ffee00-0000-4000-8000-000000000002",
  GUARDRAIL_MAIL_ENDPOINT: "https://acs.communication.azure.com/",
  GUARDRAIL_MAIL_FROM: "DoNotReply@x.azurecomm.net",
  GUARDRAIL_OPERATORS: "ops@contoso.com, soc@contoso.com",
};

const mistakes = (environment: Record<string, string | undefined>) => {
  const read = readSettings(environment);
  return read.kind === "invalid" ? read.mistakes.map(({ path }) => path).sort() : [];
};

describe("readSettings", () => {
  it("reads what a deployment sets", () => {
    expect(readSettings(cloud)).toEqual({
      kind: "ok",
      settings: {
        stage: "fix-all",
        httpAuth: "entra",
        websiteAuthEnabled: true,
        storage: {
          kind: "endpoints",
          tables: "https://st.table.core.windows.net",
          blobs: "https://st.blob.core.windows.net",
        },
        credential: { kind: "managed-identity", clientId: cloud.AZURE_CLIENT_ID },
        own: { principalId: cloud.GUARDRAIL_PRINCIPAL_ID, appId: cloud.AZURE_CLIENT_ID },
        mail: {
          endpoint: "https://acs.communication.azure.com",
          quota: "managed",
          from: "DoNotReply@x.azurecomm.net",
          operators: ["ops@contoso.com", "soc@contoso.com"],
        },
        localRoutes: {},
        readOnly: false,
        timeout: 60,
        policyFile: null,
      },
    });
  });

  it("names every mistake at once", () => {
    expect(mistakes({})).toEqual(["GUARDRAIL_PRINCIPAL_ID", "GUARDRAIL_STAGE"]);
    expect(mistakes({ ...cloud, HTTP_AUTH: "open", GUARDRAIL_OPERATORS: "nobody" })).toEqual([
      "GUARDRAIL_OPERATORS",
      "HTTP_AUTH",
    ]);
    expect(mistakes({ ...cloud, AzureWebJobsStorage__blobServiceUri: "" })).toEqual([
      "AzureWebJobsStorage",
    ]);
  });

  it("wants a mail endpoint as soon as owners are mailed", () => {
    const without = { ...cloud, GUARDRAIL_MAIL_ENDPOINT: undefined };
    expect(mistakes(without)).toEqual(["GUARDRAIL_MAIL_ENDPOINT"]);
    expect(mistakes({ ...without, GUARDRAIL_STAGE: "watch" })).toEqual([]);
  });

  it("sends requests elsewhere only on this machine, and gives no fake token to Azure", () => {
    const routes = "https://management.azure.com=http://127.0.0.1:4000";
    const local = { ...cloud, GUARDRAIL_CREDENTIAL: "local" };
    expect(mistakes({ ...local, GUARDRAIL_LOCAL_ROUTES: routes })).toEqual([]);
    expect(mistakes(local)).toEqual(["GUARDRAIL_CREDENTIAL"]);
    expect(
      mistakes({
        ...local,
        GUARDRAIL_LOCAL_ROUTES: "https://management.azure.com=http://evil.example",
      }),
    ).toEqual(["GUARDRAIL_LOCAL_ROUTES"]);
  });

  it("waits for Azure as long as it is told, in whole seconds", () => {
    const read = readSettings({ ...cloud, GUARDRAIL_TIMEOUT: "7" });
    expect(read).toMatchObject({ settings: { timeout: 7 } });
    for (const wrong of ["0", "0.5", "-1", "231", "soon"]) {
      expect(mistakes({ ...cloud, GUARDRAIL_TIMEOUT: wrong })).toEqual(["GUARDRAIL_TIMEOUT"]);
    }
  });

  it("never quotes a value: it may be a secret", () => {
    const secret = "AccountKey=c2VjcmV0";
    const read = readSettings({ GUARDRAIL_STAGE: secret, GUARDRAIL_LOCAL_ROUTES: secret });
    expect(JSON.stringify(read)).not.toContain("c2VjcmV0");
  });
});
