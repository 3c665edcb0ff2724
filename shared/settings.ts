import * as z from "zod";
import type { Mistake } from "./domain/mistake.ts";
import { type Stage, stages } from "./domain/policy.ts";

/** What the app is told by its surroundings. */
export interface Settings {
  readonly stage: Stage;
  readonly httpAuth: "key" | "entra";
  /** Whether App Service authentication stands before the app. */
  readonly websiteAuthEnabled: boolean;
  readonly storage:
    | { readonly kind: "connection-string"; readonly value: string }
    | { readonly kind: "endpoints"; readonly tables: string; readonly blobs: string };
  readonly credential:
    | { readonly kind: "managed-identity"; readonly clientId: string | null }
    | { readonly kind: "developer" }
    | { readonly kind: "local" };
  /** Recognises our own writes in events. */
  readonly own: { readonly principalId: string; readonly appId: string | null };
  readonly mail: {
    readonly endpoint: string | null;
    readonly quota: "managed" | "custom";
    /** Sender and operators where the policy names none. */
    readonly from: string | null;
    readonly operators: readonly string[];
  };
  /** https origin -> http address on this machine; empty in the cloud. */
  readonly localRoutes: Readonly<Record<string, string>>;
  /** Refuse every request to Azure that is not a read. */
  readonly readOnly: boolean;
  /** Seconds that a request to Azure may take until its whole answer is there. */
  readonly timeout: number;
  /** Path of guardrail.json; null = beside the bundle. */
  readonly policyFile: string | null;
}

/** Settings, or every mistake in them by name. */
export type SettingsReading =
  | { readonly kind: "ok"; readonly settings: Settings }
  | { readonly kind: "invalid"; readonly mistakes: readonly Mistake[] };

const addresses = z
  .string()
  .transform((text) => text.split(/[,;\s]+/).filter(Boolean))
  .pipe(z.array(z.email("give mail addresses, separated by commas")));

const httpsOrigin = z
  .url({ protocol: /^https$/, error: "give an https address" })
  .transform((text) => new URL(text).origin);

const flag = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(["true", "false"], "give true or false"))
  .transform((text) => text === "true");

/** No less than a busy machine needs to answer itself, no more than a gateway in between waits. */
const seconds = z.coerce
  .number("give a number of seconds")
  .int("give whole seconds")
  .min(1, "give a second or more")
  .max(230, "give at most 230 seconds");

const routes = z
  .string()
  .transform((text) =>
    text
      .split(";")
      .map((pair) => pair.trim())
      .filter(Boolean),
  )
  .transform((pairs) => pairs.map((pair) => pair.split("=")))
  .refine(
    (pairs) =>
      pairs.every(
        ([from, to, ...more]) =>
          more.length === 0 &&
          /^https:\/\/[^/]+$/.test(from ?? "") &&
          /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(to ?? ""),
      ),
    "give pairs such as https://management.azure.com=http://127.0.0.1:4000, separated by semicolons",
  )
  .transform((pairs) => Object.fromEntries(pairs) as Record<string, string>);

/** The settings by their names in the environment; what the platform reads itself is not here. */
export const SettingsSchema = z.object({
  GUARDRAIL_STAGE: z.enum(stages, "give off, watch, tell, fix-new or fix-all"),
  HTTP_AUTH: z.enum(["key", "entra"], "give key or entra").default("key"),
  WEBSITE_AUTH_ENABLED: z.string().default("False"),
  AzureWebJobsStorage: z.string().optional(),
  AzureWebJobsStorage__accountName: z.string().optional(),
  AzureWebJobsStorage__tableServiceUri: httpsOrigin.optional(),
  AzureWebJobsStorage__blobServiceUri: httpsOrigin.optional(),
  AZURE_CLIENT_ID: z.string().optional(),
  GUARDRAIL_PRINCIPAL_ID: z.string("give the object id of the identity that the app acts with"),
  GUARDRAIL_APP_ID: z.string().optional(),
  GUARDRAIL_MAIL_ENDPOINT: httpsOrigin.optional(),
  GUARDRAIL_MAIL_QUOTA: z.enum(["managed", "custom"], "give managed or custom").default("managed"),
  GUARDRAIL_MAIL_FROM: z.email("give a mail address").optional(),
  GUARDRAIL_OPERATORS: addresses.optional(),
  GUARDRAIL_CREDENTIAL: z
    .enum(["managed-identity", "developer", "local"], "give managed-identity, developer or local")
    .default("managed-identity"),
  GUARDRAIL_LOCAL_ROUTES: routes.optional(),
  GUARDRAIL_READ_ONLY: flag.optional(),
  GUARDRAIL_TIMEOUT: seconds.default(60),
  GUARDRAIL_POLICY: z.string().optional(),
});

type Environment = z.infer<typeof SettingsSchema>;

/** Reads the environment. An empty setting counts as absent. Messages never quote values. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): SettingsReading {
  const given = Object.fromEntries(
    Object.keys(SettingsSchema.shape)
      .map((name) => [name, environment[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = SettingsSchema.safeParse(given, { jitless: true });
  if (!parsed.success) {
    return {
      kind: "invalid",
      mistakes: parsed.error.issues.map((issue) => ({
        path: String(issue.path[0] ?? "settings"),
        message: issue.message,
      })),
    };
  }
  const read = parsed.data;
  const storage = storageOf(read);
  const mistakes = [...contradictions(read), ...(storage ? [] : [noStorage])];
  return mistakes.length > 0 || !storage
    ? { kind: "invalid", mistakes }
    : { kind: "ok", settings: settingsOf(read, storage) };
}

const noStorage: Mistake = {
  path: "AzureWebJobsStorage",
  message:
    "give a connection string, or AzureWebJobsStorage__tableServiceUri and AzureWebJobsStorage__blobServiceUri",
};

function contradictions(read: Environment): Mistake[] {
  const mistakes: Mistake[] = [];
  if (read.GUARDRAIL_CREDENTIAL === "local" && !read.GUARDRAIL_LOCAL_ROUTES) {
    mistakes.push({
      path: "GUARDRAIL_CREDENTIAL",
      message: "local is for a simulated Azure only: give GUARDRAIL_LOCAL_ROUTES as well",
    });
  }
  if (
    ["tell", "fix-new", "fix-all"].includes(read.GUARDRAIL_STAGE) &&
    !read.GUARDRAIL_MAIL_ENDPOINT
  ) {
    mistakes.push({
      path: "GUARDRAIL_MAIL_ENDPOINT",
      message: `give the address of Communication Services: the stage ${read.GUARDRAIL_STAGE} mails owners`,
    });
  }
  return mistakes;
}

function storageOf(read: Environment): Settings["storage"] | null {
  if (read.AzureWebJobsStorage) {
    return { kind: "connection-string", value: read.AzureWebJobsStorage };
  }
  const account = read.AzureWebJobsStorage__accountName;
  const tables =
    read.AzureWebJobsStorage__tableServiceUri ??
    (account ? `https://${account}.table.core.windows.net` : null);
  const blobs =
    read.AzureWebJobsStorage__blobServiceUri ??
    (account ? `https://${account}.blob.core.windows.net` : null);
  return tables && blobs ? { kind: "endpoints", tables, blobs } : null;
}

function settingsOf(read: Environment, storage: Settings["storage"]): Settings {
  const clientId = read.AZURE_CLIENT_ID ?? null;
  return {
    stage: read.GUARDRAIL_STAGE,
    httpAuth: read.HTTP_AUTH,
    websiteAuthEnabled: read.WEBSITE_AUTH_ENABLED.toLowerCase() === "true",
    storage,
    credential:
      read.GUARDRAIL_CREDENTIAL === "managed-identity"
        ? { kind: "managed-identity", clientId }
        : { kind: read.GUARDRAIL_CREDENTIAL },
    own: { principalId: read.GUARDRAIL_PRINCIPAL_ID, appId: read.GUARDRAIL_APP_ID ?? clientId },
    mail: {
      endpoint: read.GUARDRAIL_MAIL_ENDPOINT ?? null,
      quota: read.GUARDRAIL_MAIL_QUOTA,
      from: read.GUARDRAIL_MAIL_FROM ?? null,
      operators: read.GUARDRAIL_OPERATORS ?? [],
    },
    localRoutes: read.GUARDRAIL_LOCAL_ROUTES ?? {},
    readOnly: read.GUARDRAIL_READ_ONLY ?? false,
    timeout: read.GUARDRAIL_TIMEOUT,
    policyFile: read.GUARDRAIL_POLICY ?? null,
  };
}
