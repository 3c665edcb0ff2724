import { expect, it } from "vitest";
import { pollPause } from "../../../shared/durable/patience.ts";

it("polls as rarely as Azure asks for, and more rarely the longer it takes", () => {
  expect(pollPause(0, 90)).toBe(90);
  const pauses = Array.from({ length: 40 }, (_, poll) => pollPause(poll, 1));
  expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
  expect(pauses[0]).toBeGreaterThanOrEqual(30);
  expect(pauses.at(-1)).toBe(240);
  const looks = pauses.findIndex((_, poll) => sum(pauses.slice(0, poll)) > 20 * 60);
  expect(looks).toBeLessThan(40);
});

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);
