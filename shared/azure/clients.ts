import { ContainerServiceClient } from "@azure/arm-containerservice";
import { PolicyInsightsClient } from "@azure/arm-policyinsights";
import { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { ResourceManagementClient } from "@azure/arm-resources";
import { SecurityCenter } from "@azure/arm-security";
import { EmailClient } from "@azure/communication-email";
import { ServiceClient } from "@azure/core-client";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type CredentialChoice, createCredential } from "./credential.ts";
import { createHttpClient } from "./http-client.ts";
import { createRawSender, type RawSender } from "./raw.ts";

/** What the gateways need to know of the world; no more than plain values. */
export interface AzureConfig {
  readonly credential: CredentialChoice;
  readonly storage:
    | { readonly kind: "connection-string"; readonly value: string }
    | { readonly kind: "endpoints"; readonly tables: string; readonly blobs: string };
  /** `https://origin` -> `http://127.0.0.1:port`; empty in the cloud. */
  readonly localRoutes: Readonly<Record<string, string>>;
  /** Refuses, before it is sent, every request to Azure that is not a read. */
  readonly readOnly: boolean;
  readonly mail: {
    /** `https://<name>.communication.azure.com`; null = no mail can be sent. */
    readonly endpoint: string | null;
    readonly from: string | null;
    readonly replyTo: string | null;
  };
  /** Goes into the user agent. */
  readonly appVersion: string;
}

/** The SDK clients, each built when it is first asked for. */
export interface Clients {
  containerService(): { readonly raw: RawSender };
  security(subscriptionId: string): SecurityCenter;
  policyInsights(subscriptionId: string): {
    readonly client: PolicyInsightsClient;
    readonly raw: RawSender;
  };
  resources(subscriptionId: string): {
    readonly client: ResourceManagementClient;
    readonly raw: RawSender;
  };
  resourceGraph(): ResourceGraphClient;
  /** Null when no mail endpoint is set. */
  email(): {
    readonly client: EmailClient;
    readonly raw: RawSender;
    readonly origin: string;
  } | null;
  table(name: string): TableClient;
  blobs(container: string): ContainerClient;
}

const mailScope = "https://communication.azure.com/.default";
const noRetries = { maxRetries: 0 };

/**
 * All SDK clients on one set of options: one credential, one way out, no retries (orchestrations
 * do the waiting, on durable timers).
 */
export function createClients(config: AzureConfig): Clients {
  const credential = createCredential(config.credential);
  const httpClient = createHttpClient(config);
  const options = {
    httpClient,
    retryOptions: noRetries,
    userAgentOptions: { userAgentPrefix: `container-guardrail/${config.appVersion}` },
  };
  const raw = (pipeline: Parameters<typeof createRawSender>[0]) =>
    createRawSender(pipeline, httpClient);
  return {
    containerService: once(() => ({
      raw: raw(new ContainerServiceClient(credential, options).pipeline),
    })),
    security: perName((id) => new SecurityCenter(credential, id, options)),
    policyInsights: perName((id) => {
      const client = new PolicyInsightsClient(credential, id, options);
      return { client, raw: raw(client.pipeline) };
    }),
    resources: perName((id) => {
      const client = new ResourceManagementClient(credential, id, options);
      return { client, raw: raw(client.pipeline) };
    }),
    resourceGraph: once(() => new ResourceGraphClient(credential, options)),
    email: once(() => {
      const { endpoint } = config.mail;
      if (endpoint === null) return null;
      const status = new ServiceClient({
        ...options,
        endpoint,
        credential,
        credentialScopes: mailScope,
      });
      const client = new EmailClient(endpoint, credential, options);
      return { client, raw: raw(status.pipeline), origin: new URL(endpoint).origin };
    }),
    ...storageClients(config, httpClient),
  };
}

function storageClients(
  config: AzureConfig,
  httpClient: HttpClient,
): Pick<Clients, "table" | "blobs"> {
  const { storage } = config;
  if (storage.kind === "connection-string") {
    const insecure = { allowInsecureConnection: true, retryOptions: noRetries };
    const blobs = once(() =>
      BlobServiceClient.fromConnectionString(storage.value, { retryOptions: { maxTries: 1 } }),
    );
    return {
      table: perName((name) => TableClient.fromConnectionString(storage.value, name, insecure)),
      blobs: (container) => blobs().getContainerClient(container),
    };
  }
  const credential = createCredential(config.credential);
  const options = { retryOptions: { maxTries: 1 } };
  const blobs = once(() => new BlobServiceClient(storage.blobs, credential, options));
  return {
    table: perName(
      (name) =>
        new TableClient(storage.tables, name, credential, { httpClient, retryOptions: noRetries }),
    ),
    blobs: (container) => blobs().getContainerClient(container),
  };
}

function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

function perName<T>(build: (name: string) => T): (name: string) => T {
  const built = new Map<string, T>();
  return (name) => {
    const found = built.get(name) ?? build(name);
    built.set(name, found);
    return found;
  };
}
