/** What became of the `Date` that was replaced. */
export interface ReplacedDate {
  readonly real: DateConstructor;
  putBack(): void;
}

/**
 * Makes the global `Date` of this process follow another time: without arguments it tells `now`, in milliseconds.
 * With arguments, `Date.parse` and `Date.UTC` are as ever.
 */
export function replaceDate(now: () => number): ReplacedDate {
  const real = globalThis.Date;
  const virtual = new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, property, receiver) =>
      property === "now" ? now : Reflect.get(target, property, receiver),
  });
  const put = (date: DateConstructor): void => {
    real.prototype.constructor = date;
    globalThis.Date = date;
  };
  put(virtual);
  return { real, putBack: () => put(real) };
}
