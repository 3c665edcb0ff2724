import { openCursor } from "./cursor.ts";
import type { Source } from "./parse-expression.ts";
import { operatorAhead, parseOperator } from "./parse-operator.ts";
import type { Operator, Query } from "./syntax.ts";

/** The table a query reads when it names none. */
const usualTable = "resources";

/** Reads a whole query. Throws a KqlFault that names what is wrong and where. */
export function parseKql(text: string): Query {
  const cursor = openCursor(text);
  if (cursor.at("let")) cursor.fail("let statements are not supported by Resource Graph");
  const query = parsePipeline({ cursor, text, pipeline: parsePipeline });
  cursor.take(";");
  if (cursor.peek().kind !== "end") {
    cursor.fail(`unexpected ${JSON.stringify(cursor.peek().text)}: expected "|" or the end`);
  }
  return query;
}

/** Reads a table and the operators after it, up to a bracket or the end. */
function parsePipeline(source: Source): Query {
  const { cursor } = source;
  const { offset } = cursor.peek();
  const steps: Operator[] = [];
  let table = usualTable;
  if (operatorAhead(cursor) !== null) steps.push(parseOperator(source));
  else table = cursor.expectName().text.toLowerCase();
  while (cursor.take("|")) steps.push(parseOperator(source));
  return { table, offset, steps };
}
