/** What the links of the durable API are made of. */
export interface LinkOptions {
  /** Scheme and host, such as `http://localhost:7071`. */
  readonly origin: string;
  readonly hub: string;
  readonly key: string;
}

const webhook = "/runtime/webhooks/durabletask";

/** The links a client gets for an instance: status, terminate and the rest. */
export function managementUrls(options: LinkOptions, id: string): Record<string, string> {
  const instance = `${options.origin}${webhook}/instances/${escapeId(id)}`;
  const query = `taskHub=${options.hub}&connection=Storage&code=${options.key}`;
  const action = (name: string): string => `${instance}/${name}?reason={text}&${query}`;
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: action("terminate"),
    rewindPostUri: action("rewind"),
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: action("suspend"),
    resumePostUri: action("resume"),
  };
}

function escapeId(id: string): string {
  return encodeURIComponent(id).replaceAll("%20", "+");
}

/** JSON of the durableClient binding; `rpcBaseUrl` is where the library sends its calls. */
export function clientBinding(options: LinkOptions & { readonly rpcBaseUrl: string }): string {
  const { origin, hub, key, rpcBaseUrl } = options;
  const start = `${origin}${webhook}/orchestrators/{functionName}[/{instanceId}]`;
  const wait = "timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}";
  return JSON.stringify({
    taskHubName: hub,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: `${start}?code=${key}`,
      createAndWaitOnNewInstancePostUri: `${start}?${wait}&code=${key}`,
    },
    managementUrls: managementUrls(options, "INSTANCEID"),
    baseUrl: `${origin}${webhook}`,
    requiredQueryStringParameters: `code=${key}`,
    rpcBaseUrl,
    httpBaseUrl: null,
    maxGrpcMessageSizeInBytes: null,
    grpcHttpClientTimeout: null,
  });
}
