// What is published is shorter and fewer files, and the same to whoever asks for it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { test } from "node:test";

const root = new URL("../../", import.meta.url).pathname;

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) => readdirSync(folder, { recursive: true }).map(String).filter((f) => statSync(join(folder, f)).isFile()).sort();
/** Runs a step of publishing. @param {string} step of build/ @param {(folder: string) => void} check @param {string} [part] of wwwroot that the step finds in the folder */
function published(step, check, part = "") {
  const folder = mkdtempSync(join(tmpdir(), "published-"));
  try {
    if (part) cpSync(join(root, "wwwroot", part), join(folder, part), { recursive: true });
    execFileSync(process.execPath, [join(root, "build", step), folder]);
    check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a module imports and exports, by name. @param {string} code */
function faceOf(code) {
  const bare = code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const imports = [...bare.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+\.js)["']/g)].map((m) => m[1]);
  const declared = [...bare.matchAll(/\bexport\s+(?:async\s+)?(?:function\*?|class|const|let)\s+([\w$]+)/g)].map((m) => m[1]);
  const listed = [...bare.matchAll(/\bexport\s*\{([^}]*)\}/g)].flatMap((m) => m[1].split(",").map((n) => n.trim().split(/\s+as\s+/).at(-1) ?? "")).filter(Boolean);
  return { imports: [...new Set(imports)].sort(), exports: [...declared, ...listed].sort() };
}

/** All that comes with a module. @param {(file: string) => string} read @param {string} file @param {Set<string>} [seen] */
function comesWith(read, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const name of faceOf(read(file)).imports) if (!name.startsWith("/lib/")) comesWith(read, posix.join(posix.dirname(file), name), seen);
  return seen;
}

test("bundle_WhatPagesName_KeepsItsNameAndExports_ComesInFewerFilesAndLosesAThirdOfItsLength", () =>
  published("bundle.mjs", (folder) => {
    const files = filesIn(folder);
    const read = (/** @type {string} */ file) => readFileSync(join(root, "wwwroot", file), "utf8");
    const made = (/** @type {string} */ file) => readFileSync(join(folder, file), "utf8");
    const named = files.filter((f) => !f.startsWith("js/shared/"));
    for (const file of named) assert.deepEqual(faceOf(made(file)).exports, faceOf(read(file)).exports, file);
    for (const file of files) assert.ok(made(file).length > 0, file);
    for (const file of files)
      for (const name of faceOf(made(file)).imports)
        assert.ok(name.startsWith("/lib/") ? existsSync(join(root, "wwwroot", name)) : files.includes(posix.join(posix.dirname(file), name)), `${file} imports ${name}`);

    // Started by a page, by an island, by the recorder.
    for (const file of ["js/call/boot.js", "js/call/call.js", "js/fred.js", "js/call/pcm-worklet.js"]) assert.ok(named.includes(file), file);
    // The lobby's page asks at once for what its first module will import, and for no more.
    const first = new Set(["js/call/boot.js"]);
    for (const file of first) for (const [, name] of made(file).matchAll(/(?:from|import)\s*["']([^"']+\.js)["']/g)) first.add(posix.join(posix.dirname(file), name));
    assert.ok(first.size > 2);
    assert.deepEqual(JSON.parse(made("js/shared/preload.json")).sort(), [...first].sort());
    // The audio thread takes no imports.
    assert.deepEqual(faceOf(made("js/call/pcm-worklet.js")).imports, []);
    // Read by browsers at the very beginning of a file alone.
    for (const file of files.filter((f) => f.endsWith(".js"))) assert.ok(made(file).startsWith("//# allFunctionsCalledOnLoad\n"), file);
    // One call, whoever asks for it first.
    assert.equal(files.filter((f) => made(f).includes("window.portalCall=")).length, 1);
    const call = comesWith(read, "js/call/boot.js");
    assert.ok([...comesWith(made, "js/call/boot.js")].length <= call.size / 2);

    const everything = filesIn(join(root, "wwwroot/js")).map((f) => "js/" + f);
    const reached = new Set(named.flatMap((f) => [...comesWith(read, f)]));
    assert.deepEqual(everything.filter((f) => !reached.has(f)), [], "nothing reads these modules");
    const [before, after] = [everything.map(read), files.map(made)].map((all) => all.join("").length);
    assert.ok(after < (before * 2) / 3, `${before} characters became ${after}`);
  }));

test("minify_StyleSheets_KeepTheirNamesAndProperties_AndLoseATenthOfTheirLength", () =>
  published(
    "minify.mjs",
    (folder) => {
      let [before, after] = [0, 0];
      const files = filesIn(join(root, "wwwroot/css"));
      assert.deepEqual(filesIn(join(folder, "css")), files);
      for (const file of files) {
        const [read, made] = [join(root, "wwwroot"), folder].map((f) => readFileSync(join(f, "css", file), "utf8"));
        before += read.length;
        after += made.length;
        assert.ok(made.length > 0, file);
        assert.deepEqual([...new Set(made.match(/--[\w-]+/g))].sort(), [...new Set(read.replace(/\/\*[\s\S]*?\*\//g, "").match(/--[\w-]+/g))].sort(), file);
      }
      assert.ok(after < (before * 9) / 10, `${before} characters became ${after}`);
    },
    "css",
  ));
