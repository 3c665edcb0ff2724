import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";

/** Sends what the SDKs believe to send to an https origin of Azure to an http server on this machine. */
export function routeTo(base: string): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const wished = request.url;
      const { pathname, search } = new URL(wished);
      request.url = `${base}${pathname}${search}`;
      request.allowInsecureConnection = true;
      try {
        return await client.sendRequest(request);
      } finally {
        request.url = wished;
        request.allowInsecureConnection = false;
      }
    },
  };
}
