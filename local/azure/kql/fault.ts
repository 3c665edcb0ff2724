/** Why Resource Graph turns a query down; the words are its own `details[].code`. */
export type FaultCode =
  | "ParserFailure"
  | "InvalidQuery"
  | "DisallowedLogicalTableName"
  | "DisallowedMaxNumberOfRemoteTables";

/** A query that cannot be read or run: what is wrong, and where in its text. */
export class KqlFault extends Error {
  readonly code: FaultCode;
  /** Characters from the start of the query. */
  readonly offset: number;
  /** The piece of text that is wrong. */
  readonly token: string;

  constructor(code: FaultCode, message: string, place: { offset: number; token: string }) {
    super(message);
    this.name = "KqlFault";
    this.code = code;
    this.offset = place.offset;
    this.token = place.token;
  }
}

/** Line (from 1) and character (from 0) of an offset, as Resource Graph counts them. */
export function placeOf(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, character: before.at(-1)?.length ?? 0 };
}
