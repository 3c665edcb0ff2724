import type { PolicyInsightsClient } from "@azure/arm-policyinsights";
import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { ResourceManagementClient } from "@azure/arm-resources";
import type { SecurityCenter } from "@azure/arm-security";
import type { EmailClient } from "@azure/communication-email";
import { ServiceClient } from "@azure/core-client";
import type { Pipeline } from "@azure/core-rest-pipeline";
import { TableClient } from "@azure/data-tables";
import type { ContainerClient } from "@azure/storage-blob";
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
  /** Seconds after which a request to Azure that has no whole answer is a fault; absent = 60. */
  readonly timeout?: number;
  readonly mail: {
    /** `https://<name>.communication.azure.com`; null = no mail can be sent. */
    readonly endpoint: string | null;
    readonly from: string | null;
    readonly replyTo: string | null;
  };
  /** Goes into the user agent. */
  readonly appVersion: string;
}

/** The SDK clients; each library is loaded, and each client built, when it is first asked for. */
export interface Clients {
  containerService(): Promise<{ readonly raw: RawSender }>;
  security(subscriptionId: string): Promise<SecurityCenter>;
  policyInsights(subscriptionId: string): Promise<{
    readonly client: PolicyInsightsClient;
    readonly raw: RawSender;
    /** The address of the page after this one. */
    nextLink(page: unknown): string | undefined;
  }>;
  resources(subscriptionId: string): Promise<{
    readonly client: ResourceManagementClient;
    readonly raw: RawSender;
  }>;
  resourceGraph(): Promise<ResourceGraphClient>;
  /** Null when no mail endpoint is set. */
  email(): Promise<{
    readonly client: EmailClient;
    readonly raw: RawSender;
    readonly origin: string;
  } | null>;
  table(name: string): TableClient;
  blobs(container: string): Promise<ContainerClient>;
}

const mailScope = "https://communication.azure.com/.default";
const noRetries = { maxRetries: 0 };
const oneTry = { retryOptions: { maxTries: 1 } };

/**
 * All SDK clients on one set of options: one credential, one way out, no retries (orchestrations
 * do the waiting, on durable timers). A trigger needs tables only, so nothing else is loaded at start.
 */
export function createClients(config: AzureConfig): Clients {
  const credential = createCredential(config.credential);
  const httpClient = createHttpClient(config);
  const options = {
    httpClient,
    retryOptions: noRetries,
    userAgentOptions: { userAgentPrefix: `container-guardrail/${config.appVersion}` },
  };
  const raw = (pipeline: Pipeline) => createRawSender(pipeline, httpClient);
  return {
    containerService: once(async () => {
      const { ContainerServiceClient } = await import("@azure/arm-containerservice");
      return { raw: raw(new ContainerServiceClient(credential, options).pipeline) };
    }),
    security: perName(async (id) => {
      const { SecurityCenter } = await import("@azure/arm-security");
      return new SecurityCenter(credential, id, options);
    }),
    policyInsights: perName(async (id) => {
      const sdk = await import("@azure/arm-policyinsights");
      const client = new sdk.PolicyInsightsClient(credential, id, options);
      return { client, raw: raw(client.pipeline), nextLink: sdk.getContinuationToken };
    }),
    resources: perName(async (id) => {
      const { ResourceManagementClient } = await import("@azure/arm-resources");
      const client = new ResourceManagementClient(credential, id, options);
      return { client, raw: raw(client.pipeline) };
    }),
    resourceGraph: once(async () => {
      const { ResourceGraphClient } = await import("@azure/arm-resourcegraph");
      return new ResourceGraphClient(credential, options);
    }),
    email: once(async () => {
      const { endpoint } = config.mail;
      if (endpoint === null) return null;
      const { EmailClient } = await import("@azure/communication-email");
      const client = new EmailClient(endpoint, credential, options);
      const scoped = { endpoint, credential, credentialScopes: mailScope };
      const status = new ServiceClient({ ...options, ...scoped });
      return { client, raw: raw(status.pipeline), origin: new URL(endpoint).origin };
    }),
    ...storageClients(config),
  };
}

function storageClients(config: AzureConfig): Pick<Clients, "table" | "blobs"> {
  const { storage } = config;
  const credential = createCredential(config.credential);
  const service = once(async () => {
    const { BlobServiceClient } = await import("@azure/storage-blob");
    return storage.kind === "connection-string"
      ? BlobServiceClient.fromConnectionString(storage.value, oneTry)
      : new BlobServiceClient(storage.blobs, credential, oneTry);
  });
  const insecure = { allowInsecureConnection: true, retryOptions: noRetries };
  return {
    table: perName((name) =>
      storage.kind === "connection-string"
        ? TableClient.fromConnectionString(storage.value, name, insecure)
        : new TableClient(storage.tables, name, credential, { retryOptions: noRetries }),
    ),
    blobs: async (container) => (await service()).getContainerClient(container),
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
