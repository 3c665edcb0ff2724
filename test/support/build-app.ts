import { resolve } from "node:path";
import { buildApp } from "../../local/build.ts";

/** Builds the app that whole-app tests run, once before them: an older one would pass in its place. */
export const setup = (): Promise<void> => buildApp(resolve("dist/app"));
