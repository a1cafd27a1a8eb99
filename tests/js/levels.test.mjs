import assert from "node:assert/strict";
import { test } from "node:test";
import { LevelSampler } from "../../wwwroot/js/call/levels.js";

globalThis.window = globalThis;

function made(level = 0.5) {
  const clock = { ms: 1_000_000 };
  const sent = [];
  const sampler = new LevelSampler(() => level, () => clock.ms, (at, levels) => sent.push([Date.parse(at), [...atob(levels)].map((c) => c.charCodeAt(0))]));
  return { clock, sent, sampler };
}

test("sample_EveryTenth_IsSentEachFiveSecondsAndTheRestAtTheEnd", () => {
  const { clock, sent, sampler } = made();
  sampler.follow(true);
  for (let i = 0; i < 53; i++) {
    clock.ms += 100;
    sampler.sample();
  }
  sampler.follow(false);
  assert.deepEqual(sent.map(([at, levels]) => [at, levels.length, levels[0]]), [[1_000_000, 50, 128], [1_005_000, 3, 128]]);
});

test("sample_PageInTheBackground_FillsTheTimeBetween", () => {
  const { clock, sent, sampler } = made(2);
  sampler.follow(true);
  for (let i = 0; i < 6; i++) {
    clock.ms += 1000;
    sampler.sample();
  }
  sampler.follow(false);
  assert.deepEqual(sent.map(([, levels]) => [levels.length, levels[0]]), [[50, 255], [10, 255]]);
});

test("follow_NeverOn_SendsNothing", () => {
  const { sent, sampler } = made();
  sampler.follow(false);
  assert.deepEqual(sent, []);
});
