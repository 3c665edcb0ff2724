import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (file: string): string => readFileSync(file, "utf8");
const files = globSync("infra/**/*.bicep").map((file) => file.replaceAll("\\", "/"));

/** Kinds of resources that could be reached with a key, and what takes the key away. */
const keyless = {
  "Microsoft.Storage/storageAccounts": "allowSharedKeyAccess: false",
  "Microsoft.EventHub/namespaces": "disableLocalAuth: true",
  "Microsoft.Communication/communicationServices": "disableLocalAuth: true",
  "Microsoft.Insights/components": "DisableLocalAuth: true",
  "Microsoft.OperationalInsights/workspaces": "disableLocalAuth: true",
};

describe("what is deployed", () => {
  it.each(Object.entries(keyless))("makes each of %s with %s", (type, closed) => {
    const made = files
      .flatMap((file) => read(file).split(/^(?=resource )/m))
      .filter((text) => new RegExp(`^resource \\w+ '${type}@[\\w-]+' = \\{`).test(text));
    expect(made.length).toBeGreaterThan(0);
    for (const text of made) expect(text).toContain(closed);
  });

  it("lets nobody into the app without signing in, but for its health", () => {
    const app = read("infra/app/function-app.bicep");
    expect(app).toContain("requireAuthentication: true");
    expect(app).toContain("unauthenticatedClientAction: 'Return401'");
    expect(app).toContain("excludedPaths: ['/api/health', '/runtime/webhooks/*']");
    expect(app).toContain("HTTP_AUTH: 'entra'");
    expect(app).toContain("httpsOnly: true");
    const publishing = [
      ...app.matchAll(/basicPublishingCredentialsPolicies@[\s\S]*?allow: (\w+)/g),
    ];
    expect(publishing.map(([, allow]) => allow)).toEqual(["false", "false"]);
  });

  it("takes modules from this folder only", () => {
    for (const file of files) {
      const modules = [...read(file).matchAll(/^module \w+ '([^']+)'/gm)].map(([, path]) => path);
      for (const path of modules) expect(path).toMatch(/^[\w/.-]+\.bicep$/);
    }
  });
});

describe("events", () => {
  it("are read from the start where no place was kept, so that what woke the app is not skipped", () => {
    const { eventHubs } = JSON.parse(read("host.json")).extensions;
    expect(eventHubs.initialOffsetOptions).toEqual({ type: "fromStart" });
  });

  it("go to functions that the routes name, nowhere else", () => {
    const named = files.flatMap((file) => [...read(file).matchAll(/\/functions\/([^']*)'/g)]);
    expect(named.length).toBeGreaterThan(3);
    for (const [, name] of named) expect(name).toMatch(/^\$\{routes\.\w+\.function\}$/);
  });

  it("that cannot be delivered are kept in a container that there is", () => {
    const container = /blobContainerName: '(\w+)'/.exec(
      read("infra/spoke/event-subscription.bicep"),
    );
    expect(read("infra/app/storage.bicep")).toContain(`name: '${container?.[1]}'`);
  });
});
