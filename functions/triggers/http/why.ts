import * as z from "zod";
import { lineOf } from "../../../shared/events/untrusted.ts";

const message = "say in one line why; it stands in the ledger with who called";

/** The reason that operators give for what they do. */
export const whyOf = z
  .string(message)
  .trim()
  .min(1, message)
  .max(500, "at most 500 characters")
  .transform((text) => lineOf(text, 500));
