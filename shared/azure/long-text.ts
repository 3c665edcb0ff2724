import { gunzipSync, gzipSync } from "node:zlib";

/** A table's string property holds at most 32K characters, a row at most 1 MB. */
const chunkLength = 29_000;
const most = 15;

/** The properties of a row that together hold one JSON value. */
export function toChunks(value: unknown): Record<string, string | boolean> {
  const plain = asciiJson(value);
  if (plain.length <= chunkLength * most) return { packed: false, ...split(plain) };
  const packed = gzipSync(JSON.stringify(value)).toString("base64");
  if (packed.length <= chunkLength * most) return { packed: true, ...split(packed) };
  throw new RangeError(`a value of ${plain.length} characters does not fit into one row`);
}

/** The JSON value that `toChunks` put into a row. */
export function fromChunks(row: Readonly<Record<string, unknown>>): unknown {
  let text = "";
  for (let place = 0; ; place++) {
    const chunk = row[`json${place}`];
    if (typeof chunk !== "string") break;
    text += chunk;
  }
  const plain = row["packed"] === true ? gunzipSync(Buffer.from(text, "base64")).toString() : text;
  return JSON.parse(plain);
}

/**
 * JSON of plain ASCII: no chunk ends within a character, and a server that reads a request in pieces
 * (Azurite does) cannot cut one either.
 */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function split(text: string): Record<string, string> {
  const chunks: Record<string, string> = {};
  for (let start = 0; start < text.length; start += chunkLength) {
    chunks[`json${start / chunkLength}`] = text.slice(start, start + chunkLength);
  }
  return chunks;
}
