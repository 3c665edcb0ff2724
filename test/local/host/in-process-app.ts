import { type App, type AppFunction, loadApp } from "../../../local/host/app-loader.ts";
import { createInvoker, type Invoke } from "../../../local/host/invoker.ts";
import { recordedApp } from "./recordings.ts";

/** The recorded app in this process, with the host's own way to run its functions. */
export interface InProcessApp {
  readonly app: App;
  readonly invoke: Invoke;
  fn(name: string): AppFunction;
}

/** Loads the recorded app; once a process. `durableClient` answers the JSON of the client binding. */
export async function loadRecordedApp(durableClient: () => string): Promise<InProcessApp> {
  const log = () => undefined;
  const app = await loadApp({ folder: recordedApp, settings: {}, log });
  return {
    app,
    invoke: createInvoker({ shim: app.shim, log, durableClient }),
    fn(name) {
      const found = app.functions.find((fn) => fn.name === name);
      if (!found) throw new Error(`The app has no function ${name}.`);
      return found;
    },
  };
}
