import type { App, AppFunction } from "./app-loader.ts";
import type { Busy } from "./busy.ts";
import type { Clock } from "./clock.ts";
import type { HostConfig } from "./host-json.ts";
import type { Invocation, Invoke } from "./invoker.ts";
import { isJson } from "./is-json.ts";
import { activityInput, propertiesOf } from "./rpc-codec.ts";
import type { Store } from "./store.ts";

/** What triggers need of the host. */
export interface TriggerOptions {
  readonly app: App;
  readonly store: Store;
  readonly clock: Clock;
  readonly busy: Busy;
  readonly config: HostConfig;
  readonly invoke: Invoke;
  readonly timeout: NonNullable<Invocation["timeout"]>;
  readonly log: (level: "warning" | "error", message: string) => void;
  /** The host is draining: nothing new is begun. */
  readonly stopped: () => boolean;
}

/** What a function is handed that is run by hand, with `input` as the value of its trigger. */
export function manualInput(
  fn: AppFunction,
  input: string,
): Pick<Invocation, "trigger" | "triggerMetadata"> {
  const own = { [fn.bindingName]: { string: input } };
  if (fn.type === "eventGridTrigger") {
    const { data } = propertiesOf(input);
    return { trigger: { json: input }, triggerMetadata: { ...(data ? { data } : {}), ...own } };
  }
  if (fn.type === "activityTrigger" && isJson(input)) {
    return activityInput({ instanceId: "", input, bindingName: fn.bindingName });
  }
  return { trigger: { string: input }, triggerMetadata: { ...propertiesOf(input), ...own } };
}
