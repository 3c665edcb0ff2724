import { describe, expect, it } from "vitest";
import { sanitize } from "../../../local/host/failures.ts";

describe("sanitize", () => {
  it.each([
    ["nothing to hide", "nothing to hide"],
    ['AccountKey=abc==;x {"token":"a"}', '[Hidden Credential]"token":"a"}'],
    ["before Password=abc", "before [Hidden Credential]"],
    ["https://x/?sig=abc'd", "https://x/[Hidden Credential]'d"],
    ["SharedAccessKey=abc", "[Hidden Credential]"],
  ])("makes of %j what the host makes of it", (text, hidden) =>
    expect(sanitize(text)).toBe(hidden),
  );
});
