import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { createKeptImageGateway } from "../../../shared/azure/kept-images.ts";
import { aKeptImage, anImageFinding, registrySubject } from "../../support/image-fixtures.ts";
import { createInMemoryTable } from "../../support/in-memory-table.ts";

const now = "2026-11-23T09:00:00.000Z";
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** As unlike each other as digests are, so that packing them does not make room. */
const many = Array.from({ length: 5_000 }, (_, place) => {
  const { image, ...finding } = anImageFinding();
  const software = finding.software.map((one) => ({
    ...one,
    cves: Array.from({ length: 5 }, (__, nth) => hash(`${place} ${nth}`)),
  }));
  const digest = `sha256:${hash(`${place}`)}`;
  return aKeptImage({ finding: { ...finding, software, image: { ...image, digest } } });
});
const some = many.slice(0, 2);

it("keeps 5,000 images in rows that a table takes, and reads them back as they were", async () => {
  const table = createInMemoryTable();
  const images = createKeptImageGateway(table);
  const version = await images.write(registrySubject, many, now);
  expect(await images.read(registrySubject, version)).toEqual(many);
  const rows = await table.query();
  expect(rows.length).toBeLessThan(25);
  for (const row of rows) {
    const texts = Object.values(row).filter((value) => typeof value === "string");
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(32_000);
    expect(JSON.stringify(row).length).toBeLessThan(900_000);
  }
});

it("keeps that there are none, and knows what was never written", async () => {
  const images = createKeptImageGateway(createInMemoryTable());
  const version = await images.write(registrySubject, [], now);
  expect(await images.read(registrySubject, version)).toEqual([]);
  expect(await images.read(registrySubject, "other")).toBeNull();
});

it("never changes a version: a look that was killed cannot spoil what the case names", async () => {
  const images = createKeptImageGateway(createInMemoryTable());
  const one = await images.write(registrySubject, some, now);
  const other = await images.write(registrySubject, [], now);
  expect(other).not.toBe(one);
  expect(await images.read(registrySubject, one)).toEqual(some);
});

it("does not answer a version of which a part is missing", async () => {
  const table = createInMemoryTable();
  const images = createKeptImageGateway(table);
  const version = await images.write(registrySubject, many, now);
  const [, second] = await table.query();
  if (second) await table.remove(second.partitionKey, second.rowKey);
  expect(await images.read(registrySubject, version)).toBeNull();
});

it("removes what was replaced and what no case came to name, never the current", async () => {
  const images = createKeptImageGateway(createInMemoryTable());
  const orphan = await images.write(registrySubject, some, "2026-11-20T09:00:00.000Z");
  const underWay = await images.write(registrySubject, some, now);
  const replaced = await images.write(registrySubject, some, now);
  const current = await images.write(registrySubject, some, "2026-11-01T09:00:00.000Z");
  await images.remove(registrySubject, { version: replaced, current, now });
  expect(await images.read(registrySubject, orphan)).toBeNull();
  expect(await images.read(registrySubject, replaced)).toBeNull();
  expect(await images.read(registrySubject, underWay)).toEqual(some);
  expect(await images.read(registrySubject, current)).toEqual(some);
  await images.remove(registrySubject, { version: current, current, now });
  expect(await images.read(registrySubject, current)).toEqual(some);
});
