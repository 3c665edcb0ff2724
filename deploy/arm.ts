import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
} from "@azure/core-rest-pipeline";

const azure = "https://management.azure.com";

/** An answer of Azure Resource Manager, whatever its status. */
export interface ArmAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Azure Resource Manager as the person who deploys. */
export interface Arm {
  get(path: string, apiVersion: string): Promise<ArmAnswer>;
  /** For the few queries that Azure takes by POST; nothing is changed by them. */
  query(path: string, apiVersion: string, body: unknown): Promise<ArmAnswer>;
  patch(path: string, apiVersion: string, body: unknown): Promise<ArmAnswer>;
}

/**
 * Speaks to Azure with the developer's own sign-in (`az login` or `azd auth login`), or to an
 * endpoint on this machine without any.
 */
export async function createArm(endpoint: string = azure): Promise<Arm> {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 2 } });
  if (endpoint === azure) {
    const identity = await import("@azure/identity");
    const credential = new identity.ChainedTokenCredential(
      new identity.AzureCliCredential(),
      new identity.AzureDeveloperCliCredential(),
    );
    pipeline.addPolicy(
      bearerTokenAuthenticationPolicy({ credential, scopes: `${azure}/.default` }),
    );
  }
  const client = createDefaultHttpClient();
  const send = async (method: HttpMethods, path: string, body?: unknown): Promise<ArmAnswer> => {
    const response = await pipeline.sendRequest(
      client,
      createPipelineRequest({
        url: `${endpoint}${path}`,
        method,
        allowInsecureConnection: endpoint.startsWith("http://127.0.0.1"),
        headers: createHttpHeaders({ accept: "application/json" }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: parse(response.bodyAsText) };
  };
  const versioned = (path: string, apiVersion: string): string =>
    `${path}${path.includes("?") ? "&" : "?"}api-version=${apiVersion}`;

  return {
    get: (path, apiVersion) => send("GET", versioned(path, apiVersion)),
    query: (path, apiVersion, body) => send("POST", versioned(path, apiVersion), body),
    patch: (path, apiVersion, body) => send("PATCH", versioned(path, apiVersion), body),
  };
}

function parse(text: string | null | undefined): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
