const plain = /^[A-Za-z0-9_/][A-Za-z0-9_@%+:.,/-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a shell.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * A text as one word of a POSIX shell command: plain names stay as they are, everything else is
 * quoted, so that no shell finds an operator, a variable or a second command in it.
 */
export function shellWord(text: string): string {
  const printable = text.replace(unprintable, "");
  return plain.test(printable) ? printable : `'${printable.replaceAll("'", `'\\''`)}'`;
}

/** `-n name`; a name that looks like an option is tied to its long form, so that it stays a name. */
export function shellOption(short: string, long: string, value: string): string {
  return /^[-@]/.test(value) ? `${long}=${shellWord(value)}` : `${short} ${shellWord(value)}`;
}
