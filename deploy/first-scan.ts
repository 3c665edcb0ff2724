import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { az } from "./command.ts";

const Token = z.object({ accessToken: z.string() });

const attempts = 6;

/** Where the app is, what callers sign in to, and how long to wait before asking again. */
interface Target {
  readonly address: string;
  readonly clientId: string;
  readonly pauseSeconds: number;
}

/**
 * Asks the app for a scan, and again while it is starting up; answers what came of it. It never
 * fails: without it, the app's first sweep starts the first scan.
 */
export async function startScan({ address, clientId, pauseSeconds }: Target): Promise<string> {
  try {
    const { accessToken } = Token.parse(
      az("account", "get-access-token", "--resource", `api://${clientId}`),
    );
    let status = await ask(address, accessToken);
    for (let attempt = 1; attempt < attempts && isStartingUp(status); attempt += 1) {
      await pause(pauseSeconds * 1000);
      status = await ask(address, accessToken);
    }
    if (status >= 200 && status < 300) return "The scan runs; its report goes to the operators.";
    return byItself(status === 0 ? "no answer" : `HTTP ${status}`);
  } catch (error) {
    return byItself(error instanceof Error ? error.message : String(error));
  }
}

/** The status of the answer; 0 where there is none. */
async function ask(address: string, token: string): Promise<number> {
  try {
    const response = await fetch(`${address}/api/scan`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-length": "0" },
      signal: AbortSignal.timeout(60_000),
    });
    return response.status;
  } catch {
    return 0;
  }
}

const isStartingUp = (status: number): boolean => status === 0 || status === 404 || status >= 500;

const byItself = (why: string): string =>
  `The scan was not started from here (${why}). The first one starts by itself within minutes; later ones once a day, or by POST /api/scan.`;
