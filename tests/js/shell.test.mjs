import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

/** @type {any} */
let started;
/** @type {() => void} */
let changed = () => {};
let loads = 0;
const classes = new Set();
/** @type {Record<string, (event?: any) => void>} */
const heard = {};
const listen = (/** @type {string} */ type, /** @type {() => void} */ handler) => void (heard[type] = handler);
const at = { href: "", pathname: "", search: "", hash: "" };
/** @param {string} address */
function go(address) {
  const { href, pathname, search, hash } = new URL(address, "https://portal.test");
  Object.assign(at, { href, pathname, search, hash });
}
/** Whether Blazor hears of it. */
function step(/** @type {string} */ address) {
  let isHeard = true;
  go(address);
  heard.popstate({ stopImmediatePropagation: () => (isHeard = false) });
  return isHeard;
}
go("/sessions/1?t=7");
Object.assign(globalThis, {
  window: { Blazor: { start: (/** @type {any} */ options) => (started = options), addEventListener: listen } },
  addEventListener: listen,
  document: { addEventListener() {}, dispatchEvent: () => {}, createElement: () => ({ setAttribute() {}, addEventListener: (/** @type {string} */ _, /** @type {() => void} */ loaded) => loaded() }), head: { append() {} }, getElementById: (/** @type {string} */ id) => id === "call-page" ? null : ({ href: "/blazor.js", classList: { contains: (/** @type {string} */ c) => classes.has(c) } }) },
  location: Object.assign(at, { reload: () => loads++ }),
  MutationObserver: class {
    constructor(/** @type {() => void} */ callback) {
      changed = callback;
    }
    observe() {}
  },
});
await import("../../wwwroot/js/shell.js");
const { maxRetries, retryIntervalMilliseconds: wait } = started.circuit.reconnectionOptions;

test("A lost circuit is tried again soon, about every second, then every five, and never given up", () => {
  assert.equal(wait(0), 0);
  for (let i = 1; i < 15; i++) assert.ok(wait(i) >= 500 && wait(i) <= 1_500);
  for (const i of [50, 500, 50_000]) assert.ok(wait(i) >= 3_000 && wait(i) <= 7_000);
  assert.equal(maxRetries, Infinity);
});

test("Pages that lost their portal together do not come back together", () => {
  assert.ok(new Set(Array.from({ length: 20 }, () => wait(3))).size > 1);
});

test("A circuit that the portal no longer knows is given up: the page is loaded anew", () => {
  classes.add("components-reconnect-show");
  changed();
  assert.equal(loads, 0);
  classes.add("components-reconnect-rejected");
  changed();
  assert.equal(loads, 1);
});

test("A step within the page that is shown is the browser's alone, any other Blazor's", () => {
  assert.equal(step("/sessions/1?t=7#notes"), false);
  assert.equal(step("/sessions/1?t=7#comments"), false);
  assert.equal(step("/sessions/1?t=7"), false);
  assert.equal(step("/sessions/1?t=7"), true, "to another entry of the same address, such as before a form was sent");
  assert.equal(step("/sessions/1#notes"), true, "with another query");

  heard.enhancednavigationend();
  go("/sessions/2");
  heard.enhancednavigationstart();
  assert.equal(step("/sessions/1#comments"), true, "away from a page that is still to come");
  heard.enhancednavigationend();
  assert.equal(step("/sessions/1"), false);
});

test("A lobby is there before Blazor's script is run", async () => {
  /** @type {() => void} */
  let idle = () => {};
  const { getElementById } = document;
  Object.assign(document, { getElementById: (/** @type {string} */ id) => (id === "call-page" ? {} : getElementById.call(document, id)) });
  Object.assign(globalThis, { requestIdleCallback: (/** @type {() => void} */ work) => (idle = work) });
  window.requestIdleCallback = globalThis.requestIdleCallback;
  started = null;

  // Node takes it for a script of the old kind, and knows it by its path alone.
  const { cache } = createRequire(import.meta.url);
  for (const path of Object.keys(cache)) delete cache[path];
  // @ts-ignore: the same once more.
  await import("../../wwwroot/js/shell.js?lobby");
  assert.equal(started, null);
  idle();

  assert.notEqual(started, null);
});
