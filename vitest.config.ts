import { defineConfig } from "vitest/config";

/** They start hosts, storage and builds, and take longest. */
const wholeApp = [
  "test/{bench,end-to-end}/**/*.test.ts",
  "test/local/proof/{hostile,selection}.test.ts",
];
/** They load an app into their own process, which can be done once only. */
const loading = ["build", "host/codec", "host/library-replay"].map(
  (name) => `test/local/${name}.test.ts`,
);
const host = ["test/local/host/**/*.test.ts", "test/deploy/**/*.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // By itself it leaves a core idle, which of two is half.
    maxWorkers: "100%",
    // What is left over of a file does no harm to the next: its modules serve them all.
    isolate: false,
    // They start in the order of their names, so that what takes long does not begin last.
    projects: [
      {
        extends: true,
        test: {
          name: "1 whole app",
          include: wholeApp,
          globalSetup: ["test/support/build-app.ts"],
        },
      },
      { extends: true, test: { name: "2 host", include: host, exclude: loading } },
      { extends: true, test: { name: "3 loading", include: loading, isolate: true } },
      {
        extends: true,
        test: {
          name: "4 units",
          include: ["test/**/*.test.ts"],
          exclude: [...wholeApp, ...loading, ...host],
        },
      },
    ],
  },
});
