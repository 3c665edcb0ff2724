import { expect, it } from "vitest";
import { line, linesOfMarkup } from "../../../shared/email/plain.ts";

it("makes one line of many", () => {
  expect(line("a\r\nb\u2028c\u0000")).toBe("a b c");
});

it("takes strange web addresses apart and leaves Microsoft's own", () => {
  expect(line("https://evil.example")).toBe("hxxps://evil.example");
  expect(line("HTTP://evil.example")).not.toMatch(/http:/i);
  expect(line("https://learn.microsoft.com/aks")).toBe("https://learn.microsoft.com/aks");
  for (const trick of [
    "https://learn.microsoft.com.evil.example",
    "https://learn.microsoft.com@evil.example",
    "https://learn.microsoft.com:80@evil.example",
  ]) {
    expect(line(trick)).not.toContain("https:");
  }
});

it("reads HTML in steps as text: dressing goes, what only looks like a tag stays", () => {
  expect(linesOfMarkup('1. Go.<br/>2. <b>Stop</b> <a href="https://x.example">here</a>')).toEqual([
    "1. Go.",
    "2. Stop here",
  ]);
  expect(linesOfMarkup("<ol><li>One</li><li>Two &amp; three</li></ol>")).toEqual([
    "One",
    "Two & three",
  ]);
  expect(linesOfMarkup("kubectl delete pod <pod-name>")).toEqual(["kubectl delete pod <pod-name>"]);
  expect(linesOfMarkup("<script>x</script>")).toEqual(["<script>x</script>"]);
});
