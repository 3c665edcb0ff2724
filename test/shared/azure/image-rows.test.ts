import { describe, expect, it } from "vitest";
import { AssessmentRow } from "../../../shared/azure/image-rows.ts";

const registry =
  "/subscriptions/s/resourcegroups/g/providers/microsoft.containerregistry/registries/acr";
const hash = `sha256:${"0a".repeat(32)}`;
const entity = `${registry}/providers/Microsoft.Security/securityentitydata/repositories-team-a-shop-images-${hash}`;

const read = (over: Readonly<Record<string, unknown>> = {}) =>
  AssessmentRow.parse({
    id: `${entity}/providers/Microsoft.Security/assessments/1`,
    entity,
    ...{ image: null, installed: null, scanners: null },
    title: "Update openssl",
    status: "Unhealthy",
    severity: "High",
    ...over,
  });

describe("a recommendation about an image", () => {
  it("is read where Azure says next to nothing", () => {
    expect(read()).toEqual({
      image: {
        registry,
        repository: "team-a-shop",
        digest: hash,
        tags: [],
        pushedAt: null,
      },
      about: "software",
      software: "openssl",
      installed: [],
      fixed: null,
      fixable: false,
      severity: "High",
      cves: [],
      status: "unhealthy",
      cause: null,
      since: null,
    });
  });

  it("takes nothing over of a secret but its kind", () => {
    const row = { isSecret: 1, title: "Exposed key", software: "hunter2", installed: ["hunter2"] };
    const rest = { fixed: "hunter2", cves: ["hunter2"], fixes: ["hunter2"] };
    const secret = read({ ...row, ...rest });
    expect(secret).toMatchObject({ about: "secret", software: "Exposed key", severity: "High" });
    expect(JSON.stringify(secret)).not.toContain("hunter2");
    expect(read({ isSecret: true, title: null }).software).toContain("does not name");
  });

  it("names its image by an object or by JSON text", () => {
    const about = {
      Digest: hash,
      Tags: ["v1"],
      RepositoryDetails: {
        RepositoryName: "team-a/shop",
        LastPushedToRegistryUTC: "2026-01-01T00:00:00Z",
      },
    };
    const image = read({ image: about }).image;
    expect(image).toMatchObject({ repository: "team-a/shop", pushedAt: "2026-01-01T00:00:00Z" });
    expect(read({ image: JSON.stringify(about) }).image).toEqual(image);
    expect(read({ image: "no JSON" }).image.repository).toBe("team-a-shop");
  });

  it.each<[string, unknown, readonly string[]]>([
    ["a list", ["1.0", "1.1"], ["1.0", "1.1"]],
    ["JSON text", '["1.0","1.1"]', ["1.0", "1.1"]],
    ["plain text", "1.0, 1.1", ["1.0", "1.1"]],
    ["nothing", null, []],
  ])("has installed versions as %s", (_, installed, expected) => {
    expect(read({ installed }).installed).toEqual(expected);
  });

  it("takes from its scanners what it does not say itself", () => {
    const mdvm = {
      DetectedSoftwareVersions: ["1.0"],
      FixedVersion: "1.2",
      FixStatus: "FixAvailable",
    };
    const row = read({ scanners: JSON.stringify({ mdvm, odd: "text" }) });
    expect(row).toMatchObject({ installed: ["1.0"], fixed: "1.2", fixable: true });
    expect(read({ scanners: { mdvm }, installed: ["9"], fixed: "9.1" })).toMatchObject({
      installed: ["9"],
      fixed: "9.1",
    });
  });

  it("is fixed by the highest version that one of its vulnerabilities names", () => {
    expect(read({ fixed: "", fixes: ["1.9", "1.10", "1.2"] })).toMatchObject({
      fixed: "1.10",
      fixable: true,
    });
  });

  it.each([[{ fixStatus: "FixAvailable" }], [{ fixExists: true }]])(
    "may be fixable without a version: %j",
    (over) => {
      expect(read(over)).toMatchObject({ fixed: null, fixable: true });
    },
  );

  it("is as bad as its worst vulnerability, which comes first", () => {
    const cves = ["CVE-1", "CVE-2"];
    expect(read({ cves, severities: ["Low", "Critical"] })).toMatchObject({
      severity: "Critical",
      cves: ["CVE-2", "CVE-1"],
    });
  });

  it("does not guess which severity belongs to which vulnerability", () => {
    const cves = ["CVE-1", "CVE-2"];
    expect(read({ cves, severities: ["Critical"] })).toMatchObject({ severity: "High", cves });
  });

  it.each([
    ["Healthy", "healthy"],
    ["notapplicable", "not-applicable"],
    ["SomethingNew", "unhealthy"],
  ])("with the status %s is %s", (status, expected) => {
    expect(read({ status }).status).toBe(expected);
  });
});
