import type { Literal } from "./values.ts";

/** Binary operators that take two scalars. */
export type BinaryOperator =
  | "or"
  | "and"
  | "=="
  | "!="
  | "=~"
  | "!~"
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | TextOperator;

/** Operators that look for one text in another. */
export type TextOperator =
  | "has"
  | "has_cs"
  | "hasprefix"
  | "hassuffix"
  | "contains"
  | "contains_cs"
  | "startswith"
  | "startswith_cs"
  | "endswith"
  | "endswith_cs"
  | "matches regex"
  | "!has"
  | "!has_cs"
  | "!hasprefix"
  | "!hassuffix"
  | "!contains"
  | "!contains_cs"
  | "!startswith"
  | "!startswith_cs"
  | "!endswith"
  | "!endswith_cs";

/** Operators that hold one scalar against a list. */
export type ListOperator = "in" | "!in" | "in~" | "!in~" | "has_any" | "has_all";

/** A scalar expression; `offset` is where it starts in the query. */
export type Expression = { readonly offset: number } & (
  | { readonly kind: "literal"; readonly literal: Literal }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly target: Expression; readonly key: string }
  | { readonly kind: "index"; readonly target: Expression; readonly index: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "star" }
  | { readonly kind: "negate"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "list";
      readonly operator: ListOperator;
      readonly left: Expression;
      readonly items: readonly Expression[];
    }
  | {
      readonly kind: "between";
      readonly negated: boolean;
      readonly left: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
);

/** A column to make: its expression, and its name where the query gives one. */
export interface Item {
  readonly name: string | null;
  readonly value: Expression;
}

/** One sort key; nulls are smallest unless the query says where they go. */
export interface SortKey {
  readonly value: Expression;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** The join flavours that Resource Graph documents. */
export type JoinKind = "innerunique" | "inner" | "leftouter" | "fullouter";

/** A tabular operator; `offset` is where it starts in the query. */
export type Operator = { readonly offset: number } & (
  | { readonly kind: "where"; readonly condition: Expression }
  | { readonly kind: "project"; readonly items: readonly Item[] }
  | { readonly kind: "extend"; readonly items: readonly Item[] }
  | { readonly kind: "project-away"; readonly patterns: readonly string[] }
  | {
      readonly kind: "summarize";
      readonly aggregates: readonly Item[];
      readonly keys: readonly Item[];
    }
  | { readonly kind: "sort"; readonly keys: readonly SortKey[] }
  | { readonly kind: "take"; readonly rows: number }
  | { readonly kind: "top"; readonly rows: number; readonly key: SortKey }
  | { readonly kind: "distinct"; readonly items: readonly Item[] | "*" }
  | { readonly kind: "count" }
  | {
      readonly kind: "mv-expand";
      readonly items: readonly (Item & { readonly to: string | null })[];
      readonly pairs: boolean;
      readonly indexName: string | null;
      readonly limit: number;
    }
  | {
      readonly kind: "join";
      readonly join: JoinKind;
      readonly right: Query;
      readonly keys: readonly { readonly left: string; readonly right: string }[];
    }
  | {
      readonly kind: "union";
      readonly outer: boolean;
      readonly sourceColumn: string | null;
      readonly others: readonly Query[];
    }
);

/** A query: the table it starts from, in lower case, and what is done with it. */
export interface Query {
  readonly table: string;
  readonly offset: number;
  readonly steps: readonly Operator[];
}
