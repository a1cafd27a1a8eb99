// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FredsVoice } from "../../wwwroot/js/call/freds-voice.js";

const voice = (/** @type {boolean} */ expected) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = /** @type {any} */ ({ setTimeout });
  /** @type {(string | null)[]} */
  const said = [];
  const made = new FredsVoice(expected, () => said.at(-1) !== made.words && said.push(made.words));
  return { made, said };
};

test("an agent that does not come is said, and forgotten when it comes after all; that it left is said too", () => {
  const { made, said } = voice(true);

  made.set(false);
  mock.timers.tick(14_000);
  assert.deepEqual(said, [null]);
  mock.timers.tick(2_000);
  made.set(true);
  made.set(false);

  assert.match(String(said[1]), /has not come.*sent for again/);
  assert.equal(said[2], null);
  assert.match(String(said[3]), /has left.*sent for again/);
  mock.timers.reset();
});

test("where no voice is expected nothing is said of it, and one that is there from the start is not late", () => {
  const none = voice(false);
  none.made.set(false);
  mock.timers.tick(60_000);
  assert.deepEqual(none.said, [null]);
  mock.timers.reset();

  const there = voice(true);
  there.made.set(true);
  mock.timers.tick(60_000);
  assert.deepEqual(there.said, [null]);
  there.made.close();
  mock.timers.reset();
});
