import { describe, expect, it } from "vitest";
import { placeOf } from "../../../../local/azure/kql/fault.ts";
import { checkLimits } from "../../../../local/azure/kql/limits.ts";
import { parseKql } from "../../../../local/azure/kql/parse-query.ts";
import { faultOf, runKql } from "./run-kql.ts";

describe("a query's text", () => {
  it("starts from resources when it names no table, whatever the table's case", () => {
    const rows = [{ id: "a", type: "t" }];
    const expected = [{ id: "a" }];
    expect(runKql("where type == 't' | project id", rows)).toEqual(expected);
    expect(runKql("Resources | where type == 't' | project id", rows)).toEqual(expected);
    expect(runKql("RESOURCES|project id", rows)).toEqual(expected);
  });

  it("may hold comments and line breaks anywhere", () => {
    const query = "// all\nresources // table\n| where type == 't' // kept\n\n| project id;";
    expect(runKql(query, [{ id: "a", type: "t" }])).toEqual([{ id: "a" }]);
  });

  it("binds text operators closest, then arithmetic, order, equality, and, or", () => {
    const rows = [{ id: "a", cores: 2 }];
    expect(runKql("resources | where cores + 1 == 3 and id has 'a' or false", rows)).toHaveLength(
      1,
    );
    expect(runKql("resources | where false and true or true", rows)).toHaveLength(1);
  });

  it.each([
    ["resources | parse id with * '/'", "parse", 1, 12],
    ["resources\n| mv-apply x = y on (take 1)", "mv-apply", 2, 2],
    ["resources | evaluate bag_unpack(tags)", "evaluate", 1, 12],
    ["let a = 1; resources", "let", 1, 0],
    ["resources | join kind=leftanti (resources) on id", "leftanti", 1, 22],
    ["resources | where (id == 'a'", "<EOF>", 1, 28],
    ["resources | where id == 'a", "'", 1, 24],
    ["resources | where id = 'a'", "=", 1, 21],
    ["resources | project id name", "name", 1, 23],
    ["resources | where id in (resources | project id)", "|", 1, 35],
    ["resources | where id == #", "#", 1, 24],
    ["resources | mv-expand tags limit 401", "<EOF>", 1, 36],
    ["", "<EOF>", 1, 0],
  ])("%s is refused at its %s", (query, token, line, character) => {
    const fault = faultOf(query);
    expect(fault.code).toBe("ParserFailure");
    expect(fault.token).toBe(token);
    expect(placeOf(query, fault.offset)).toEqual({ line, character });
  });

  it("names a table it does not know", () => {
    const fault = faultOf("NoSuchResources | take 1");
    expect(fault.code).toBe("DisallowedLogicalTableName");
    expect(fault.token).toBe("nosuchresources");
  });
});

describe("Resource Graph's limits", () => {
  const refused = (query: string) => () => checkLimits(parseKql(query));

  it("allows three joins and no fourth, also inside of joins", () => {
    const join = " | join (resourcecontainers) on id";
    expect(refused(`resources${join.repeat(3)}`)).not.toThrow();
    expect(refused(`resources${join.repeat(4)}`)).toThrow("at most 3 join");
    expect(refused(`resources${join.repeat(3)} | join (resources${join}) on id`)).toThrow();
  });

  it("joins another table once only", () => {
    const join = " | join kind=leftouter (securityresources) on id";
    expect(refused(`resources${join}`)).not.toThrow();
    expect(refused(`resources${join}${join}`)).toThrow("more than one join");
  });

  it("expands three times at most", () => {
    const step = " | mv-expand tags";
    expect(refused(`resources${step.repeat(3)}`)).not.toThrow();
    expect(refused(`resources${step.repeat(4)}`)).toThrow("mv-expand");
  });
});
