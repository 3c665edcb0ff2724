/** A text as a KQL literal; nothing in it can end the literal. */
export function kqlString(text: string): string {
  return `'${Array.from(text, escaped).join("")}'`;
}

const plain = /[^\p{Cc}\p{Zl}\p{Zp}\\'"]/u;

function escaped(character: string): string {
  if (plain.test(character)) return character;
  if (character === "\\" || character === "'") return `\\${character}`;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A list of texts for `in~`; never empty, because KQL takes no empty list. */
export const kqlList = (texts: readonly string[]): string =>
  `(${(texts.length > 0 ? texts : [""]).map(kqlString).join(", ")})`;
