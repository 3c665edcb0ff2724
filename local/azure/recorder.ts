import { appendFileSync, writeFileSync } from "node:fs";
import type { Json } from "./json.ts";

/** One HTTP exchange, as it is written down. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Json | undefined;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Json | undefined;
}

/** Writes exchanges down, in the order in which they were answered. */
export interface Recorder {
  note(exchange: Exchange): void;
}

/** Builds a recorder of JSON lines; the file is begun anew. Tokens are left out. */
export function createRecorder(file: string): Recorder {
  writeFileSync(file, "");
  return {
    note(exchange) {
      const { authorization: _, ...requestHeaders } = exchange.requestHeaders;
      appendFileSync(file, `${JSON.stringify({ ...exchange, requestHeaders })}\n`);
    },
  };
}
