import { isNeeded, type Need } from "./role-need.ts";

/** A line for each action: what is refused and what is otherwise without it. */
export function needTable(needs: readonly Need[], full: boolean): string {
  const width = Math.max(...needs.map(({ granted }) => granted.action.length), 0);
  const head = `${"role".padEnd(10)}  ${"action".padEnd(width)}  refused  otherwise`;
  const lines = needs.flatMap((need) => {
    const { granted, refused, otherwise } = need;
    const mark = isNeeded(need) ? "" : "  NOT NEEDED";
    const line = `${granted.level.padEnd(10)}  ${granted.action.padEnd(width)}  ${String(refused).padStart(7)}  ${String(otherwise.length).padStart(9)}${mark}`;
    return full ? [line, ...otherwise.map((one) => `    ${one}`)] : [line];
  });
  return [head, ...lines].join("\n");
}
