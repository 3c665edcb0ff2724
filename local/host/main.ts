import { enableCompileCache } from "node:module";

// Most of the start is reading the host's own source: the cache cuts it to a third.
enableCompileCache();
const { runCommand } = await import("./command.ts");
await runCommand();
