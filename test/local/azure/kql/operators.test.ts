import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runKql, type Thing, tableOf } from "./run-kql.ts";

const estate: readonly Thing[] = [
  { id: "/c1", type: "aks", cores: 4, tags: { owner: "a" }, properties: { zones: ["1", "2"] } },
  { id: "/c2", type: "aks", cores: 8, tags: { owner: "b" }, properties: { zones: [] } },
  { id: "/r1", type: "acr", cores: null, tags: null, properties: { zones: ["3"] } },
];

const ids = (rows: Record<string, unknown>[]) => rows.map((row) => row["id"]);

describe("columns", () => {
  it("names unnamed columns as Kusto does", () => {
    const query =
      "resources | project id, tags.owner, tostring(properties['zones'][0]), tolower(type), 1 | take 0";
    expect(tableOf(query, []).columns.map(({ name }) => name)).toEqual([
      "id",
      "tags_owner",
      "properties_zones_0",
      "Column1",
      "Column2",
    ]);
  });

  it("moves a column that extend makes anew to the end", () => {
    const { columns } = tableOf("resources | extend id = tolower(id)", estate);
    expect(columns.map(({ name }) => name)).toEqual(["type", "cores", "tags", "properties", "id"]);
  });

  it("takes columns away by name and by pattern", () => {
    const { columns } = tableOf("resources | project-away t*, cores", estate);
    expect(columns.map(({ name }) => name)).toEqual(["id", "properties"]);
  });
});

describe("summarize", () => {
  it("groups, counts and names", () => {
    const query =
      "resources | summarize count(), sum(cores), dcount(id), make_set(type), max(cores), big = countif(cores > 5) by type";
    expect(runKql(query, estate)).toEqual([
      {
        type: "aks",
        count_: 2,
        sum_cores: 12,
        dcount_id: 2,
        set_type: ["aks"],
        max_cores: 8,
        big: 1,
      },
      {
        type: "acr",
        count_: 1,
        sum_cores: 0,
        dcount_id: 1,
        set_type: ["acr"],
        max_cores: null,
        big: 0,
      },
    ]);
  });

  it("makes one row of nothing without keys, and none with keys", () => {
    expect(runKql("resources | summarize n = count()")).toEqual([{ n: 0 }]);
    expect(runKql("resources | summarize n = count() by type")).toEqual([]);
    expect(runKql("resources | count")).toEqual([{ Count: 0 }]);
  });

  it("computes with aggregates and groups by expressions", () => {
    const query =
      "resources | summarize share = 100 * countif(cores > 5) / count() by kind = toupper(type) | order by kind asc";
    expect(runKql(query, estate)).toEqual([
      { kind: "ACR", share: 0 },
      { kind: "AKS", share: 50 },
    ]);
  });

  it("finds the row of the greatest key", () => {
    expect(runKql("resources | summarize arg_max(cores, id, tags) by type", estate)).toEqual([
      { type: "aks", cores: 8, id: "/c2", tags: { owner: "b" } },
      { type: "acr", cores: null, id: "/r1", tags: null },
    ]);
    const all = tableOf("resources | summarize arg_max(cores, *) by type", estate);
    expect(all.columns.map(({ name }) => name)).toEqual([
      "type",
      "cores",
      "id",
      "tags",
      "properties",
    ]);
  });

  it("without aggregates is distinct", () => {
    const sorted = (query: string) => runKql(`${query} | order by type asc`, estate);
    expect(sorted("resources | summarize by type")).toEqual(sorted("resources | distinct type"));
  });
});

describe("sort and top", () => {
  it("sorts down by default, with nulls last; up with nulls first", () => {
    expect(ids(runKql("resources | sort by cores", estate))).toEqual(["/c2", "/c1", "/r1"]);
    expect(ids(runKql("resources | order by cores asc", estate))).toEqual(["/r1", "/c1", "/c2"]);
    expect(ids(runKql("resources | order by cores asc nulls last", estate))).toEqual([
      "/c1",
      "/c2",
      "/r1",
    ]);
    expect(ids(runKql("resources | top 1 by id asc", estate))).toEqual(["/c1"]);
  });

  it("sorts texts by code unit, case first", () => {
    const rows = ["b", "a", "B"].map((id) => ({ id }));
    expect(ids(runKql("resources | order by id asc", rows))).toEqual(["B", "a", "b"]);
  });
});

describe("mv-expand", () => {
  it("makes a row of each item, one of null, none of an empty array", () => {
    const query =
      "resources | mv-expand zone = properties.zones | project id, zone = tostring(zone)";
    const rows = [...estate, { id: "/none", properties: {} }];
    expect(runKql(query, rows)).toEqual([
      { id: "/c1", zone: "1" },
      { id: "/c1", zone: "2" },
      { id: "/r1", zone: "3" },
      { id: "/none", zone: "" },
    ]);
  });

  it("takes bags apart", () => {
    expect(
      runKql(
        "resources | take 1 | mv-expand kind=array pair = tags | project k = tostring(pair[0])",
        estate,
      ),
    ).toEqual([{ k: "owner" }]);
    expect(runKql("resources | take 1 | mv-expand tags | project tags", estate)).toEqual([
      { tags: { owner: "a" } },
    ]);
  });

  it("makes 128 rows of one unless told", () => {
    const rows = [{ id: "a", properties: { list: Array.from({ length: 300 }, (_, at) => at) } }];
    const count = (step: string) => runKql(`resources | ${step} | count`, rows)[0]?.["Count"];
    expect(count("mv-expand properties.list")).toBe(128);
    expect(count("mv-expand properties.list limit 300")).toBe(300);
  });

  it("gives items a type", () => {
    const rows = [{ id: "a", properties: { list: ["x", 1] } }];
    const query = "resources | mv-expand item = properties.list to typeof(string) | project item";
    expect(runKql(query, rows)).toEqual([{ item: "x" }, { item: "" }]);
  });
});

describe("join and union", () => {
  const groups: readonly Thing[] = [
    { id: "g1", type: "aks", cores: 1 },
    { id: "g2", type: "aks", cores: 2 },
    { id: "g3", type: "vm", cores: 3 },
  ];
  const joined = (kind: string) =>
    runKql(
      `resources | project id, type | join ${kind} (resourcecontainers | project group = id, kind = type) on $left.type == $right.kind`,
      estate,
      groups,
    ).map((row) => `${row["id"]}+${row["group"]}`);

  it("keeps the documented flavours apart", () => {
    expect(joined("kind=inner")).toEqual(["/c1+g1", "/c1+g2", "/c2+g1", "/c2+g2"]);
    expect(joined("")).toEqual(["/c1+g1", "/c1+g2"]);
    expect(joined("kind=leftouter")).toEqual(["/c1+g1", "/c1+g2", "/c2+g1", "/c2+g2", "/r1+"]);
    expect(joined("kind=fullouter").at(-1)).toBe("+g3");
  });

  it("numbers a right column whose name is taken", () => {
    const query = "resources | join kind=inner (resourcecontainers) on type";
    const names = tableOf(query, estate, groups).columns.map(({ name }) => name);
    expect(names.slice(5)).toEqual(["id1", "type1", "cores1", "tags1", "properties1"]);
  });

  it("unions tables, filling what one lacks", () => {
    const query =
      "resources | project id | union (resourcecontainers | project id, cores) | order by id asc | project id, cores";
    expect(runKql(query, [{ id: "z" }], [{ id: "a", cores: 1 }])).toEqual([
      { id: "a", cores: 1 },
      { id: "z", cores: null },
    ]);
  });
});

const thing = fc.record({
  id: fc.string({ maxLength: 3 }),
  type: fc.constantFrom("aks", "AKS", "acr"),
  cores: fc.option(fc.integer({ min: 0, max: 5 })),
  tags: fc.constantFrom(null, { owner: "a" }, { owner: "B" }),
});
const estates = fc.array(thing, { maxLength: 8 });
const conditions = fc.constantFrom(
  "type == 'aks'",
  "type =~ 'aks'",
  "cores > 2",
  "not(cores > 2)",
  "tags.owner =~ 'b'",
  "isnull(tags)",
  "id has 'a' or cores == 1",
);

describe("laws", () => {
  const law = (holds: (rows: Thing[], a: string, b: string) => void) =>
    fc.assert(fc.property(estates, conditions, conditions, holds));

  it("filters commute, and are one filter joined by and", () => {
    law((rows, a, b) => {
      const expected = runKql(`resources | where (${a}) and (${b})`, rows);
      expect(runKql(`resources | where ${a} | where ${b}`, rows)).toEqual(expected);
      expect(runKql(`resources | where ${b} | where ${a}`, rows)).toEqual(expected);
    });
  });

  it("a filter and its negation lose only the rows that say neither", () => {
    law((rows, a) => {
      const kept = runKql(`resources | where ${a}`, rows).length;
      const dropped = runKql(`resources | where not(${a})`, rows).length;
      const neither = runKql(`resources | where isnull(${a})`, rows).length;
      expect(kept + dropped + neither).toBe(rows.length);
    });
  });

  it("filters and projections commute where the column stays", () => {
    law((rows, a) => {
      expect(runKql(`resources | where ${a} | project id, type`, rows)).toEqual(
        runKql(`resources | extend keep = ${a} | where keep | project id, type`, rows),
      );
    });
  });

  it("sorting after filtering is filtering after sorting", () => {
    law((rows, a) => {
      expect(runKql(`resources | sort by id, type | where ${a}`, rows)).toEqual(
        runKql(`resources | where ${a} | sort by id, type`, rows),
      );
    });
  });

  it("counts of groups add up to the count", () => {
    law((rows, a) => {
      const query = `resources | where ${a} | summarize n = count() by type, cores | summarize n = sum(n)`;
      expect(runKql(query, rows)).toEqual(
        runKql(`resources | where ${a} | summarize n = count()`, rows),
      );
    });
  });
});
