// @ts-check
// node build/minify.mjs <folder> ...: makes their style sheets shorter, in place, one by one and by the same names.
// Run on what is to be published, never on what people read.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";

for (const folder of process.argv.slice(2))
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.name.endsWith(".css")) continue;
    const path = join(file.parentPath ?? file.path, file.name);
    await writeFile(path, (await transform(await readFile(path, "utf8"), { loader: "css", minify: true, charset: "utf8" })).code);
  }
