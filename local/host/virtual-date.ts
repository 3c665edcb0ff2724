/**
 * Makes the global `Date` of this process follow another time: without arguments it tells `now`, in milliseconds.
 * With arguments, `Date.parse` and `Date.UTC` are as ever. Answers the former `Date`.
 */
export function replaceDate(now: () => number): DateConstructor {
  const real = globalThis.Date;
  const virtual = new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, property, receiver) =>
      property === "now" ? now : Reflect.get(target, property, receiver),
  });
  real.prototype.constructor = virtual;
  globalThis.Date = virtual;
  return real;
}
