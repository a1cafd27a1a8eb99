// What is published is shorter, and the same to whoever imports it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../../", import.meta.url).pathname;

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) => readdirSync(folder, { recursive: true }).map(String).filter((f) => statSync(join(folder, f)).isFile()).sort();

/** What a module imports and exports, by name. @param {string} code */
function faceOf(code) {
  const bare = code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const imports = [...bare.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+\.js)["']/g)].map((m) => m[1]);
  const declared = [...bare.matchAll(/\bexport\s+(?:async\s+)?(?:function\*?|class|const|let)\s+([\w$]+)/g)].map((m) => m[1]);
  const listed = [...bare.matchAll(/\bexport\s*\{([^}]*)\}/g)].flatMap((m) => m[1].split(",").map((n) => n.trim().split(/\s+as\s+/).at(-1) ?? "")).filter(Boolean);
  return { imports: [...new Set(imports)].sort(), exports: [...declared, ...listed].sort() };
}

test("minify_WhatIsPublished_KeepsItsNamesImportsAndExports_AndLosesAThirdOfItsLength", () => {
  const folder = mkdtempSync(join(tmpdir(), "minify-"));
  try {
    for (const part of ["js", "css"]) cpSync(join(root, "wwwroot", part), join(folder, part), { recursive: true });
    execFileSync(process.execPath, [join(root, "build/minify.mjs"), folder]);
    let [before, after] = [0, 0];
    for (const part of ["js", "css"]) {
      const files = filesIn(join(root, "wwwroot", part));
      assert.deepEqual(filesIn(join(folder, part)), files);
      for (const file of files) {
        const [read, published] = [root + "wwwroot", folder].map((f) => readFileSync(join(f, part, file), "utf8"));
        before += read.length;
        after += published.length;
        assert.ok(published.length > 0, file);
        if (part === "js") assert.deepEqual(faceOf(published), faceOf(read), file);
        else assert.deepEqual([...new Set(published.match(/--[\w-]+/g))].sort(), [...new Set(read.replace(/\/\*[\s\S]*?\*\//g, "").match(/--[\w-]+/g))].sort(), file);
      }
    }
    assert.ok(after < (before * 2) / 3, `${before} characters became ${after}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
