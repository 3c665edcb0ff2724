import { expect, it } from "vitest";
import { openWindow } from "../../../local/demo/open-window.ts";
import { nextWindow } from "../../../shared/decisions/window.ts";

const hours = Array.from({ length: 24 }, (_, hour) => hour);

it.each(hours)("opens a window that begins in hour %i and is still open an hour later", (hour) => {
  for (const minute of [0, 59]) {
    const now = new Date(Date.UTC(2026, 10, 24, hour, minute));
    const later = new Date(now.getTime() + 60 * 60_000);
    const window = openWindow(now);
    for (const time of [now, later].map((each) => each.toISOString())) {
      expect(nextWindow(window, time)).toBe(time);
    }
  }
});
