// Runs one SQL statement in DuckDB, with values for its $1, $2 …, and prints the rows as JSON: node query.mjs "select …" value …
import { DuckDBInstance } from "@duckdb/node-api";

const [sql, ...values] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const reader = await connection.runAndReadAll(sql, values);
console.log(JSON.stringify(reader.getRowObjectsJson()));
