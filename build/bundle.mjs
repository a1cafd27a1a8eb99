// @ts-check
// node build/bundle.mjs <folder>: what is published of wwwroot/js, into that folder: each module that a page names, by its
// name, with all that it alone imports; what several import is in js/shared/. Every request less is a wait less before
// somebody can join a call. js/shared/preload.json says what the call's first module imports, for its page to ask for at once.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {Set<string>} as pages, and modules that start others by address, write them */
const named = new Set();
for (const folder of ["src/CoachingPortal", "wwwroot/js"])
  for (const file of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath ?? file.path, file.name);
    if (![".razor", ".cs", ".js"].includes(extname(path)) || /[\\/](bin|obj)[\\/]/.test(path)) continue;
    for (const [, name] of (await readFile(path, "utf8")).matchAll(/["'/](js\/[\w/-]+\.js)["']/g)) named.add(name);
  }

const folder = resolve(process.argv[2]);
const { metafile } = await build({
  entryPoints: [...named].sort().map((name) => join(root, "wwwroot", name)),
  outbase: join(root, "wwwroot"),
  outdir: folder,
  metafile: true,
  chunkNames: "js/shared/[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  // Compiled by the browser beside the page's own thread while it loads, not function by function when somebody presses Join.
  banner: { js: "//# allFunctionsCalledOnLoad" },
  charset: "utf8",
  external: ["/lib/*"],
  logLevel: "warning",
});

const nameOf = (/** @type {string} */ output) => relative(folder, resolve(output)).replaceAll("\\", "/");
const importsOf = new Map(Object.entries(metafile.outputs).map(([output, { imports }]) => [nameOf(output), imports.filter((i) => i.kind === "import-statement" && !i.external).map((i) => nameOf(i.path))]));
const boot = new Set(["js/call/boot.js"]);
for (const module of boot) for (const name of importsOf.get(module) ?? []) boot.add(name);
await writeFile(join(folder, "js", "shared", "preload.json"), JSON.stringify([...boot]));
