import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { shellOption, shellWord } from "../../../shared/email/shell-word.ts";

it("leaves plain names as they are", () => {
  for (const name of ["rg-shop", "aks_1", "deploy/cart", "/subscriptions/1/x", "a.b:c"]) {
    expect(shellWord(name)).toBe(name);
  }
});

it("quotes what a shell would read otherwise", () => {
  expect(shellWord("a b")).toBe("'a b'");
  expect(shellWord("it's")).toBe("'it'\\''s'");
  expect(shellWord("$(id)")).toBe("'$(id)'");
  expect(shellWord("")).toBe("''");
});

it("keeps a name that looks like an option a name", () => {
  expect(shellOption("-g", "--resource-group", "-o")).toBe("--resource-group='-o'");
  expect(shellOption("-g", "--resource-group", "rg")).toBe("-g rg");
});

it("is one word with the same text to a real shell, for any printable text", () => {
  const words = fc.sample(
    fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.constantFrom("'; rm -rf /; '", "$(id)", "`id`", "a\\", '"', "*", "~", "!!", "x'y'z"),
      ),
      { minLength: 1, maxLength: 8 },
    ),
    40,
  );
  for (const all of words) {
    const printable = all.map((word) => word.replace(/[\p{Cc}\u2028\u2029]/gu, ""));
    const script = `printf '%s\\0' ${printable.map(shellWord).join(" ")}`;
    const heard = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
    expect(heard.split("\0").slice(0, -1)).toEqual(printable);
  }
});

it("drops control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(shellWord(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});
