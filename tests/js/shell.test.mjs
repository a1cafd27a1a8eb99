import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {any} */
let started;
/** @type {() => void} */
let changed = () => {};
let loads = 0;
const classes = new Set();
Object.assign(globalThis, {
  window: { Blazor: { start: (/** @type {any} */ options) => (started = options), addEventListener() {} } },
  addEventListener() {},
  document: { addEventListener() {}, getElementById: () => ({ classList: { contains: (/** @type {string} */ c) => classes.has(c) } }) },
  location: { href: "https://portal.test/", reload: () => loads++ },
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
