import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultOf, resultOf, runKql } from "./run-kql.ts";

const cases = (table: readonly (readonly [string, unknown])[]) =>
  it.each(table.map(([expression, value]) => [expression, value] as const))(
    "%s",
    (expression, value) => {
      expect(resultOf(expression)).toEqual(value);
    },
  );

describe("text operators", () => {
  cases([
    ["'North America' has 'america'", true],
    ["'NorthAmerica' has 'america'", false],
    ["'a/b_c-d' has 'b'", true],
    ["'microsoft.security/pricings' has 'security/pricings'", true],
    ["'aks12' has 'aks'", false],
    ["'North America' has_cs 'america'", false],
    ["'x' !has 'y'", true],
    ["'privileged pod' has_any ('Pod', 'node')", true],
    ["'privileged pod' has_any (dynamic(['node', 'ros']))", false],
    ["'Hello' == 'hello'", false],
    ["'Hello' =~ 'hello'", true],
    ["'Hello' !~ 'hello'", false],
    ["'Hello' contains 'ELL'", true],
    ["'Hello' contains_cs 'ELL'", false],
    ["'Hello' startswith 'hE'", true],
    ["'Hello' !endswith 'LO'", false],
    ["'Hello' in ('hello', 'Hello')", true],
    ["'Hello' in ('hello')", false],
    ["'Hello' in~ ('hello')", true],
    ["'Hello' !in~ ('hello')", false],
    ["'Hello' !in ('hello')", true],
    ["'aks-12' matches regex @'^aks-\\d+$'", true],
    ["'AKS' matches regex '(?i)^aks$'", true],
    ["properties has 'x' == false", true],
  ]);
});

describe("null", () => {
  cases([
    ["properties.gone == 'a'", false],
    ["properties.gone != 'a'", true],
    ["properties.gone == ''", true],
    ["properties.gone == true", false],
    ["properties.gone != true", true],
    ["cores == cores", null],
    ["cores != cores", null],
    ["cores > 3", null],
    ["cores == 3", false],
    ["cores != 3", true],
    ["cores + 1", null],
    ["isnull(cores)", true],
    ["isnull(id)", false],
    ["isempty('')", true],
    ["isnotempty(properties.gone)", false],
    ["tostring(properties.gone)", ""],
    ["not(cores > 3)", null],
    ["cores > 3 or true", true],
    ["cores > 3 and false", false],
    ["coalesce(tostring(properties.gone), 'b')", "b"],
    ["1 / 0", null],
  ]);

  it("keeps a row only when the condition is true", () => {
    const rows = [
      { id: "a", cores: null },
      { id: "b", cores: 5 },
    ];
    expect(runKql("resources | where cores > 3 | project id", rows)).toEqual([{ id: "b" }]);
    expect(runKql("resources | where not(cores > 3)", rows)).toEqual([]);
  });
});

describe("functions and literals", () => {
  cases([
    ["1 + 2 * 3", 7],
    ["7 / 2", 3],
    ["7 / 2.0", 3.5],
    ["-3 + 1", -2],
    ["tolower('ABC')", "abc"],
    ["strcat('a', 1, true)", "a1true"],
    ["split('a/b/c', '/')[1]", "b"],
    ["split('a/b/c', '/', 2)", ["c"]],
    ["substring('abcdef', 2, 3)", "cde"],
    ["extract('([a-z]+)-([0-9]+)', 2, 'aks-12')", "12"],
    ["extract_all('([0-9]+)', 'a1b22')", ["1", "22"]],
    [
      "extract_all('([a-z])([0-9])', 'a1b2')",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["extract_all('([0-9])', 'none')", null],
    ["replace_string('a.b.c', '.', '/')", "a/b/c"],
    ["strlen('abc')", 3],
    ["toint('12')", 12],
    ["toint('x')", null],
    ["tobool('True')", true],
    ["tostring(dynamic({'a': [1, 2]}))", '{"a":[1,2]}'],
    ['parse_json(\'{"a": {"b": 1}}\').a.b', 1],
    ["array_length(dynamic([1, 2, 3]))", 3],
    ["array_index_of(dynamic(['a', 'b']), 'b')", 1],
    ["set_has_element(dynamic(['a']), 'a')", true],
    ["bag_keys(dynamic({'x': 1, 'y': 2}))", ["x", "y"]],
    ["bag_pack('a', 1, 'b', 'c')", { a: 1, b: "c" }],
    ["iff(2 > 1, 'yes', 'no')", "yes"],
    ["case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"],
    ["tostring(now() - 1h)", "2026-11-23T08:00:00.0000000Z"],
    ["ago(1d) < now()", true],
    ["datetime(2026-11-23) between (datetime(2026-11-01) .. datetime(2026-12-01))", true],
    ["4 !between (1 .. 3)", true],
    ["tostring(datetime_add('month', 1, datetime(2026-01-15)))", "2026-02-15T00:00:00.0000000Z"],
    ["tostring(now() - datetime(2026-11-22))", "1.09:00:00"],
    ["todatetime('2026-01-02T03:04:05Z') == datetime(2026-01-02 03:04:05)", true],
    ["@'C:\\temp'", "C:\\temp"],
    ['"line\\n"', "line\n"],
  ]);

  it("reads any text back from its literal", () => {
    const holds = fc.property(fc.string(), (text) => {
      expect(resultOf(JSON.stringify(text))).toBe(text);
    });
    fc.assert(holds);
  });
});

describe("dynamic paths", () => {
  const row = {
    properties: { a: { "b.c": [{ d: "deep" }] }, on: true, count: 3, name: "X" },
    tags: { owner: "team@example.org" },
  };

  it.each([
    ["properties.a['b.c'][0].d", "deep"],
    ["properties.a.['b.c'][0]['d']", "deep"],
    ["properties['a']['b.c'][-1].d", "deep"],
    ["properties.A", null],
    ["properties.a.gone.deeper", null],
    ["properties.on == true", true],
    ["properties.count >= 3", true],
    ["properties.name =~ 'x'", true],
    ["properties.name in~ ('x')", true],
    ["tags.owner has 'example'", true],
    ["tostring(properties.on)", "true"],
  ])("%s", (expression, value) => {
    expect(resultOf(expression, row)).toEqual(value);
  });

  it("never follows what JavaScript adds to an object", () => {
    expect(resultOf("properties.constructor", row)).toBeNull();
    expect(resultOf("properties['__proto__']", row)).toBeNull();
  });
});

describe("faults come before any row is read", () => {
  it.each([
    ["resources | where nothing == 1", "Failed to resolve scalar expression named 'nothing'"],
    ["resources | where Id == 'a'", "Failed to resolve scalar expression named 'Id'"],
    ["resources | where id == 1", "Cannot compare values of types string and long"],
    ["resources | where properties.a == properties.b", "types dynamic and dynamic"],
    ["resources | where properties.on", "a condition must be bool"],
    ["resources | extend a = properties.count + 1", "+ cannot take dynamic and long"],
    ["resources | summarize count() by properties.kind", "'dynamic' type"],
    ["resources | order by properties.kind", "'dynamic' type"],
    ["resources | distinct tags", "'dynamic' type"],
    ["resources | extend a = nosuch(id)", "nosuch()"],
    ["resources | extend a = ToLower(id)", "ToLower()"],
    ["resources | extend a = iff(true, 'a', 1)", "iff() cannot take"],
    ["resources | extend a = tolower()", "takes 1 arguments, not 0"],
    ["resources | where id matches regex '(a+)+$'", "pattern"],
  ])("%s", (query, message) => {
    const rows = query.includes("regex") ? [{ id: "a" }] : [];
    expect(faultOf(query, rows).message).toContain(message);
  });
});
