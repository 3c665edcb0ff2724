import { KqlFault } from "./fault.ts";

/** One word, literal or sign of a query. */
export interface Token {
  readonly kind: "name" | "string" | "number" | "timespan" | "symbol" | "end";
  /** As written; of a string its value without quotes; of a timespan its milliseconds. */
  readonly text: string;
  readonly offset: number;
  readonly end: number;
}

interface Scan {
  readonly text: string;
  readonly offset: number;
}

const spaces = /(?:\s+|\/\/[^\n]*)+/y;
const word = /[A-Za-z_$][A-Za-z0-9_]*/y;
const negatedWord = /![A-Za-z_]+~?/y;
const number = /0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const unit =
  /(?:d|day|days|h|hr|hrs|hour|hours|m|min|minute|minutes|s|sec|second|seconds|ms|milli|millis|millisecond|milliseconds)(?![A-Za-z0-9_])/y;
const symbol = /==|=~|!=|!~|<>|<=|>=|\.\.|[|()[\]{},;:.=<>+\-*/%]/y;

const unitLengths: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/** Splits a query into tokens; comments and spaces are left out. Throws a KqlFault. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = skipSpaces({ text, offset: 0 });
  while (offset < text.length) {
    const token = readToken({ text, offset });
    tokens.push(token);
    offset = skipSpaces({ text, offset: token.end });
  }
  tokens.push({ kind: "end", text: "<EOF>", offset: text.length, end: text.length });
  return tokens;
}

function match(pattern: RegExp, { text, offset }: Scan): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

function skipSpaces(scan: Scan): number {
  return scan.offset + (match(spaces, scan)?.length ?? 0);
}

function readToken(scan: Scan): Token {
  return readString(scan) ?? readNumber(scan) ?? readWord(scan) ?? readSymbol(scan) ?? refuse(scan);
}

function refuse({ text, offset }: Scan): never {
  const token = text.charAt(offset);
  throw new KqlFault("ParserFailure", `unexpected character ${JSON.stringify(token)}`, {
    offset,
    token,
  });
}

function readWord(scan: Scan): Token | null {
  const negated = match(negatedWord, scan);
  const plain = negated ?? match(word, scan);
  if (plain === null) return null;
  const tilde = plain === "in" && scan.text.charAt(scan.offset + 2) === "~";
  const written = tilde ? "in~" : plain;
  return {
    kind: negated ? "symbol" : tilde ? "symbol" : "name",
    text: written,
    offset: scan.offset,
    end: scan.offset + written.length,
  };
}

function readSymbol(scan: Scan): Token | null {
  const written = match(symbol, scan);
  if (written === null) return null;
  return { kind: "symbol", text: written, offset: scan.offset, end: scan.offset + written.length };
}

function readNumber(scan: Scan): Token | null {
  const digits = match(number, scan);
  if (digits === null) return null;
  const end = scan.offset + digits.length;
  const suffix = match(unit, { text: scan.text, offset: end });
  if (suffix === null) return { kind: "number", text: digits, offset: scan.offset, end };
  const length = suffix.startsWith("mill") || suffix === "ms" ? 1 : unitLengths[suffix.charAt(0)];
  const milliseconds = Number(digits) * (length ?? 1);
  return {
    kind: "timespan",
    text: String(milliseconds),
    offset: scan.offset,
    end: end + suffix.length,
  };
}

const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function readString(scan: Scan): Token | null {
  const opening = /[hH]?(@?)(['"])/y;
  opening.lastIndex = scan.offset;
  const start = opening.exec(scan.text);
  if (!start) return null;
  const quote = start[2] ?? "";
  const verbatim = start[1] === "@";
  let value = "";
  let place = scan.offset + start[0].length;
  while (place < scan.text.length) {
    const char = scan.text.charAt(place);
    const next = scan.text.charAt(place + 1);
    if (char === quote && !(verbatim && next === quote)) {
      return { kind: "string", text: value, offset: scan.offset, end: place + 1 };
    }
    if (char === "\n") break;
    if (verbatim && char === quote) {
      value += quote;
      place += 2;
    } else if (!verbatim && char === "\\") {
      const unicode = /u([0-9a-fA-F]{4})/y;
      unicode.lastIndex = place + 1;
      const code = unicode.exec(scan.text)?.[1];
      value += code ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[next] ?? next);
      place += code ? 6 : 2;
    } else {
      value += char;
      place += 1;
    }
  }
  throw new KqlFault("ParserFailure", "a string is not closed on its line", {
    offset: scan.offset,
    token: quote,
  });
}
