import { gunzipSync, gzipSync } from "node:zlib";

/** A table's string property holds at most 32K characters, a row at most 1 MB. */
const chunkLength = 29_000;
const most = 15;

/** The properties of a row that together hold one JSON value. */
export function toChunks(value: unknown): Record<string, string | boolean> {
  const plain = JSON.stringify(value);
  if (plain.length <= chunkLength * most) return { packed: false, ...split(plain) };
  const packed = gzipSync(plain).toString("base64");
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

/** Never cuts a surrogate pair: half a character does not survive every JSON reader. */
function split(text: string): Record<string, string> {
  const chunks: Record<string, string> = {};
  let start = 0;
  for (let place = 0; start < text.length; place++) {
    let end = Math.min(start + chunkLength, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    chunks[`json${place}`] = text.slice(start, end);
    start = end;
  }
  return chunks;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
