import type { Severity } from "./policy.ts";

/** One thing that recipients must be told. */
export interface Notice {
  /** With the subject it is the row: a repeat is the same notice. Such as `finding:policy:<guid>`, `fixed:<key>`, `alert:<id>`, `change:<ledger id>`. */
  readonly key: string;
  readonly subject: string;
  readonly caseId: string;
  readonly kind: "finding" | "fixed" | "alert" | "change" | "left" | "refusal";
  readonly severity: Severity;
  /** Goes at once, outside the window. */
  readonly urgent: boolean;
  readonly title: string;
  readonly createdAt: string;
  /**
   * Since when the case has held it, where it is told only because others are told now: who heard of it
   * since then is not told again. Absent = it is new.
   */
  readonly began?: string;
  /** Not to be told before this time; null = none. */
  readonly notBefore: string | null;
  /** When it was told last, reminders included; null = never. */
  readonly sentAt: string | null;
  /** Id of the digest that carries it; null while it waits. */
  readonly digest: string | null;
}

/** A mail frozen for sending: it goes out with exactly this content, at most once. */
export interface Digest {
  /** Operation id of the mail service, a GUID. */
  readonly id: string;
  readonly recipients: readonly string[];
  readonly urgent: boolean;
  readonly notices: readonly { readonly subject: string; readonly key: string }[];
  readonly message: Message;
  /** `stale`: it waited too long for its turn; what it held is composed anew. */
  readonly status: "sending" | "sent" | "failed" | "preview" | "stale";
  readonly frozenAt: string;
  readonly sentAt: string | null;
  /** Sends tried, and what the service said last. */
  readonly attempts: number;
  readonly outcome: string | null;
}

/** A mail ready to send. */
export interface Message {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
