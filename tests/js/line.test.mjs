// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

/** A hub as SignalR's client gives it, which the test plays. */
class Hub {
  state = "Disconnected";
  /** @type {Map<string, (...args: any[]) => void>} */
  handlers = new Map();
  /** @type {[string, any[]][]} */
  invoked = [];
  /** @type {(method: string, args: any[]) => any} */
  answer = () => undefined;
  closed = () => {};

  on = (/** @type {string} */ name, /** @type {(...args: any[]) => void} */ handler) => void this.handlers.set(name, handler);
  onclose = (/** @type {() => void} */ handler) => void (this.closed = handler);
  start = async () => void (this.state = "Connected");
  stop = async () => void (this.state = "Disconnected");
  invoke = async (/** @type {string} */ method, /** @type {any[]} */ ...args) => {
    this.invoked.push([method, args]);
    return method === "Ping" ? Date.now() : this.answer(method, args);
  };
  push = (/** @type {string} */ name, /** @type {any[]} */ ...args) => this.handlers.get(name)?.(...args);
}

const hub = () => {
  const made = new Hub();
  class HubConnectionBuilder {
    withUrl = () => this;
    configureLogging = () => this;
    build = () => made;
  }
  globalThis.window = /** @type {any} */ ({ signalR: { HubConnectionBuilder, LogLevel: {} }, setInterval: () => 0, setTimeout });
  globalThis.addEventListener = () => {};
  globalThis.removeEventListener = () => {};
  return made;
};

const enters = async (/** @type {Hub} */ hub) => {
  const { CallLine } = await import("../../wwwroot/js/call/line.js");
  const line = new CallLine(/** @type {any} */ ({ serverTime: "2026-11-22T12:00:00Z", participationId: "me" }), () => Promise.reject(new Error("not asked for")));
  /** @type {any[]} */
  const shown = [];
  line.on("state", (s) => shown.push(s.word));
  await line.connect();
  return { line, shown };
};

test("the answer to entering that a newer state overtook changes nothing", async () => {
  const made = hub();
  made.answer = (method) => {
    if (method !== "Enter") return;
    made.push("state", { revision: 8, word: "unmuted" });
    return { revision: 7, word: "muted" };
  };

  const { line, shown } = await enters(made);

  assert.deepEqual(shown, ["unmuted"]);
  made.push("state", { revision: 9, word: "muted again" });
  assert.deepEqual(shown, ["unmuted", "muted again"]);
  await line.close();
});

test("the clock is measured when the setting up of sound and pictures is over, not in the middle of it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const made = hub();
  made.answer = (method) => (method === "Enter" ? { revision: 1, word: "in" } : undefined);
  const { line } = await enters(made);
  const pings = () => made.invoked.filter(([method]) => method === "Ping").length;

  assert.equal(pings(), 0);
  t.mock.timers.tick(1_000);
  assert.equal(pings(), 5);
  await line.close();
  t.mock.timers.tick(10_000);
  assert.equal(pings(), 5);
});

test("another portal may count its states from elsewhere", async () => {
  const made = hub();
  made.answer = (method) => (method === "Enter" ? { revision: 900, word: "of the first" } : undefined);
  const { line, shown } = await enters(made);
  made.answer = (method) => (method === "Enter" ? { revision: 3, word: "of the second" } : undefined);

  made.state = "Disconnected";
  made.closed();
  await new Promise((resolve) => setTimeout(resolve, 20));

  assert.deepEqual(shown, ["of the first", "of the second"]);
  await line.close();
});

test("what one sends is said again when the portal could not take it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const made = hub();
  made.answer = (method) => (method === "Enter" ? { revision: 1 } : undefined);
  const { line } = await enters(made);
  const said = () => made.invoked.filter(([method]) => method === "Media").map(([, [media]]) => media.microphone);
  made.answer = (method) => (method === "Media" ? Promise.reject(new Error("The database is away.")) : undefined);

  line.setMedia({ microphone: true, camera: true, screen: false });
  for (let i = 0; i < 5; i++) await null;
  made.answer = () => undefined;
  t.mock.timers.tick(2_000);

  assert.deepEqual(said(), [false, true, true]);
  await line.close();
});

test("what the portal knows from the ticket is not said again", async () => {
  const made = hub();
  const [known, other] = [{ microphone: true, camera: true, screen: false }, { microphone: true, camera: false, screen: false }];
  made.answer = (method) => (method === "Enter" ? { revision: 1, people: [{ participationId: "you", media: other }, { participationId: "me", media: known }] } : undefined);
  const { CallLine } = await import("../../wwwroot/js/call/line.js");
  for (const [media, said] of /** @type {[any, any[]][]} */ ([[known, []], [other, [other]]])) {
    made.invoked.length = 0;
    const line = new CallLine(/** @type {any} */ ({ serverTime: "2026-11-22T12:00:00Z", participationId: "me" }), () => Promise.reject(new Error("not asked for")));
    line.setMedia({ ...media });
    await line.connect();
    assert.deepEqual(made.invoked.filter(([method]) => method === "Media").map(([, [m]]) => m), said);
    await line.close();
  }
});

test("the line that the lobby opened is the one that is entered by; one that broke meanwhile is opened again", async () => {
  const made = hub();
  let [built, started] = [0, 0];
  const Builder = window.signalR.HubConnectionBuilder;
  window.signalR.HubConnectionBuilder = class extends Builder {
    build = () => (built++, made);
  };
  made.start = async () => void (started++, (made.state = "Connected"));
  made.answer = (method) => (method === "Enter" ? { revision: 1, word: "in" } : undefined);
  const { warmUp } = await import("../../wwwroot/js/call/line.js");

  warmUp();
  warmUp();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([built, started, made.invoked], [1, 1, []]);
  const { line, shown } = await enters(made);
  assert.deepEqual([built, started, shown], [1, 1, ["in"]]);
  await line.close();

  warmUp();
  await new Promise((resolve) => setTimeout(resolve));
  made.state = "Disconnected";
  const again = await enters(made);
  assert.deepEqual([built, started, again.shown], [2, 3, ["in"]]);
  await again.line.close();
});

test("a line that looks open and answers nothing is opened anew", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const made = hub();
  made.answer = (method) => (method === "Enter" ? (made.invoked.filter(([m]) => m === "Enter").length === 1 ? new Promise(() => {}) : { revision: 1, word: "in" }) : undefined);
  const entering = enters(made);
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(1_000);
  }

  const { line, shown } = await entering;
  assert.deepEqual(shown, ["in"]);
  await line.close();
});
