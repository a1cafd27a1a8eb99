// @ts-check
// node build/minify.mjs <folder> ...: makes their modules and style sheets shorter, in place, one by one and by the same names.
// Run on what is to be published, never on what people read.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { transform } from "esbuild";

for (const folder of process.argv.slice(2))
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const loader = extname(file.name).slice(1);
    if (loader !== "js" && loader !== "css") continue;
    const path = join(file.parentPath ?? file.path, file.name);
    const { code } = await transform(await readFile(path, "utf8"), { loader, minify: true, charset: "utf8", ...(loader === "js" && { format: "esm" }) });
    await writeFile(path, code);
  }
