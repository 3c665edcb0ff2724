import { expect, it } from "vitest";
import { createRemember } from "../../../shared/azure/remember.ts";

function asking() {
  let time = 0;
  let asked = 0;
  const remember = createRemember(() => time);
  return {
    ask: (key: string) =>
      remember(key, async () => {
        asked += 1;
        return `${key} ${asked}`;
      }),
    fail: (key: string) =>
      remember(key, async () => {
        throw new Error("no answer");
      }),
    pass(milliseconds: number) {
      time += milliseconds;
    },
  };
}

it("asks the same once a minute, also while the answer is under way", async () => {
  const { ask, pass } = asking();
  expect(await Promise.all([ask("a"), ask("a"), ask("b")])).toEqual(["a 1", "a 1", "b 2"]);
  pass(59_999);
  expect(await ask("a")).toBe("a 1");
  pass(1);
  expect(await ask("a")).toBe("a 3");
});

it("asks again after a fault", async () => {
  const { ask, fail } = asking();
  await expect(fail("a")).rejects.toThrow("no answer");
  expect(await ask("a")).toBe("a 1");
});
