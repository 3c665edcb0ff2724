import { ArmFault, badRequest } from "../arm-fault.ts";
import {
  type Answer,
  type AzureRequest,
  param,
  type Route,
  type RoutedRequest,
} from "../exchange.ts";
import type { JsonObject } from "../json.ts";
import type { AzureParts } from "../parts.ts";
import type { Mailbox } from "./mailbox.ts";
import { readMessage } from "./message.ts";
import { type MailQuota, mailLimits } from "./quota.ts";

/** How the mail service behaves. */
export interface MailManners {
  readonly quota: MailQuota;
  /** Whether a repeated operation id is answered without a second mail; the service promises neither. */
  readonly deduplicates: boolean;
  /** Domains that it may send from; absent = any. */
  readonly domains?: readonly string[];
}

interface MailOperation {
  readonly id: string;
  readonly acceptedAt: number;
  readonly ending: Ending;
}

/** What the service says in the end; `null`: it delivers the mail and never says so. */
type Ending = "Succeeded" | "Failed" | "Canceled" | null;

const versions = ["2023-03-31", "2024-07-01-preview", "2025-01-15-preview", "2025-09-01"];
const read = "Microsoft.Communication/CommunicationServices/read";
const write = "Microsoft.Communication/CommunicationServices/write";

/** The data plane of Communication Services email. */
export function createMailRoutes(
  parts: AzureParts,
  mailbox: Mailbox,
  manners: MailManners,
): Route[] {
  const operations = new Map<string, MailOperation>();
  const service = { parts, mailbox, manners, operations };
  return [
    {
      method: "POST",
      template: "/emails:send",
      versions,
      action: write,
      alsoNeeds: ["Microsoft.Communication/EmailServices/write"],
      target: tenant,
      limits: () => ({ limits: mailLimits(manners.quota, "send"), instead: true, always: true }),
      handle: (request) => send(request, service),
    },
    {
      method: "GET",
      template: "/emails/operations/{operationId}",
      versions,
      action: read,
      target: tenant,
      limits: () => ({ limits: mailLimits(manners.quota, "status"), instead: true, always: true }),
      handle: (request) => status(param(request, "operationId"), service),
    },
  ];
}

const tenant = (): string => "";

interface MailService {
  readonly parts: AzureParts;
  readonly mailbox: Mailbox;
  readonly manners: MailManners;
  readonly operations: Map<string, MailOperation>;
}

function send(request: RoutedRequest, service: MailService): Answer {
  const { parts, mailbox, manners, operations } = service;
  const id = operationIdOf(request) ?? parts.newGuid();
  const message = readMessage(request.body);
  checkDomain(message.senderAddress, manners.domains);
  const known = operations.get(id);
  if (!known || !manners.deduplicates) {
    const now = parts.clock.now();
    const ending = endingOf(request.course);
    operations.set(id, { id, acceptedAt: now, ending });
    const delivered = ending === "Succeeded" || ending === null;
    if (delivered) mailbox.put(message, { operationId: id, sentAt: new Date(now) });
  }
  const version = request.url.searchParams.get("api-version") ?? "";
  const place = `${request.url.origin}/emails/operations/${id}?api-version=${version}`;
  return {
    status: 202,
    headers: { "Operation-Location": place, "retry-after": "20" },
    body: { id, status: "Running" },
  };
}

function endingOf(course: RoutedRequest["course"]): Ending {
  switch (course) {
    case "operation-fails":
      return "Failed";
    case "operation-canceled":
    case "operation-preempted":
      return "Canceled";
    case "operation-never-ends":
      return null;
    default:
      return "Succeeded";
  }
}

function operationIdOf({ headers }: AzureRequest): string | null {
  const given = headers["operation-id"];
  if (given === undefined) return null;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) return given.toLowerCase();
  throw badRequest("The Operation-Id header must be a GUID.", "BadRequest");
}

function checkDomain(sender: string, domains: readonly string[] | undefined): void {
  const domain = sender.split("@")[1]?.toLowerCase() ?? "";
  if (!domains || domains.includes(domain)) return;
  throw new ArmFault(404, "DomainNotLinked", {
    message: "The specified sender domain has not been linked.",
  });
}

function status(id: string, { parts, operations }: MailService): Answer {
  const found = operations.get(id.toLowerCase());
  if (!found) {
    const message = `The operation with id ${id} was not found.`;
    throw new ArmFault(404, "OperationNotFound", { message });
  }
  const due = parts.clock.now() >= found.acceptedAt + parts.delays.mail;
  if (!due || found.ending === null) {
    return {
      status: 200,
      headers: { "retry-after": "20" },
      body: { id: found.id, status: "Running" },
    };
  }
  return { status: 200, body: { id: found.id, status: found.ending, ...whyOf(found.ending) } };
}

/** A cancelled operation carries no error: nothing went wrong, it was called off. */
function whyOf(ending: Ending): JsonObject {
  if (ending !== "Failed") return {};
  const error = { code: "EmailDroppedAllRecipientsSuppressed", message: "All are suppressed." };
  return { error };
}
