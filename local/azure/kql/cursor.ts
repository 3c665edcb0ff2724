import { KqlFault } from "./fault.ts";
import { type Token, tokenize } from "./tokens.ts";

/** A place in a query's tokens that moves forward. */
export interface Cursor {
  /** The token here, or so many further on. */
  peek(ahead?: number): Token;
  next(): Token;
  /** Whether the token here is this word or sign (never a string literal). */
  at(text: string, ahead?: number): boolean;
  /** Takes the token if it is this word or sign. */
  take(text: string): Token | null;
  expect(text: string): Token;
  /** A name, written plainly or as `['...']`. */
  expectName(): Token;
  fail(message: string, token?: Token): never;
}

/** Opens a query for reading. Throws a KqlFault where the text is no KQL at all. */
export function openCursor(text: string): Cursor {
  const tokens = tokenize(text);
  const last = tokens.length - 1;
  let place = 0;
  const peek = (ahead = 0): Token => {
    const token = tokens[Math.min(place + ahead, last)];
    if (!token) throw new RangeError("a query has at least its end");
    return token;
  };
  const next = () => {
    const token = peek();
    place += 1;
    return token;
  };
  const at = (wanted: string, ahead = 0) =>
    peek(ahead).text === wanted && peek(ahead).kind !== "string";
  const take = (wanted: string) => (at(wanted) ? next() : null);
  const fail = (message: string, token = peek()): never => {
    throw new KqlFault("ParserFailure", message, { offset: token.offset, token: token.text });
  };
  const expect = (wanted: string) =>
    take(wanted) ??
    fail(`expected ${JSON.stringify(wanted)}, found ${JSON.stringify(peek().text)}`);
  const expectName = () => {
    if (peek().kind === "name") return next();
    if (at("[") && peek(1).kind === "string" && at("]", 2)) {
      next();
      const name = next();
      next();
      return name;
    }
    return fail(`expected a name, found ${JSON.stringify(peek().text)}`);
  };
  return { peek, next, at, take, expect, expectName, fail };
}
