import { tmpdir } from "node:os";
import { join } from "node:path";

/** For a child process: where Node keeps compiled code, for compiling is a third of its start. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") } as const;
