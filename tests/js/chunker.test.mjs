import assert from "node:assert/strict";
import { test } from "node:test";
import { Chunker } from "../../wwwroot/js/call/chunker.js";

const RATE = 16000;
const frame = (value = 1) => new Int16Array(1600).fill(value);

/** Feeds frames, each 100 ms of sound, that arrive when `at` says (ms from the start). */
function run(count, at, { muted = () => false, value = () => 1 } = {}) {
  const chunks = [];
  const chunker = new Chunker(RATE, 0, (c) => chunks.push(c));
  for (let i = 0; i < count; i++) chunker.add(frame(value(i)), at(i), muted(i));
  chunker.flush();
  return chunks;
}

test("add_TenFrames_AreOneChunkOfASecond", () => {
  const chunks = run(25, (i) => (i + 1) * 100);
  assert.deepEqual(chunks.map((c) => [c.position, c.pcm.length]), [[0, 16000], [16000, 16000], [32000, 8000]]);
});

test("add_Muted_IsAGapInThePositions", () => {
  const chunks = run(40, (i) => (i + 1) * 100, { muted: (i) => i >= 15 && i < 25 });
  assert.deepEqual(chunks.map((c) => [c.position, c.pcm.length]), [[0, 16000], [16000, 8000], [40000, 16000], [56000, 8000]]);
});

test("add_ADeviceClockTooSlow_IsSetForwardEachMinute", () => {
  // 100 ms of samples come every 100.05 ms: 30 ms lost in a minute.
  const chunks = run(1300, (i) => (i + 1) * 100.05);
  const last = chunks.at(-1);
  const end = last.position + last.pcm.length;
  assert.ok(Math.abs(end - 1300 * 100.05 * 16) < 0.02 * RATE, `end ${end}`);
  assert.ok(chunks.every((c, i) => i === 0 || c.position >= chunks[i - 1].position + chunks[i - 1].pcm.length), "no overlap");
});

test("add_ADeviceClockTooFast_DropsSamplesAndNeverOverlaps", () => {
  const chunks = run(1300, (i) => (i + 1) * 99.95);
  const last = chunks.at(-1);
  assert.ok(last.position + last.pcm.length < 1300 * 1600 - 400, `end ${last.position + last.pcm.length}`);
  assert.ok(chunks.every((c, i) => i === 0 || c.position >= chunks[i - 1].position + chunks[i - 1].pcm.length), "no overlap");
});

test("add_ABusyThread_MovesNothing", () => {
  // Nothing for two seconds, then all at once.
  const chunks = run(60, (i) => (i >= 20 && i < 40 ? 4000 + i : (i + 1) * 100));
  assert.equal(chunks.reduce((n, c) => n + c.pcm.length, 0), 60 * 1600);
  assert.equal(chunks.at(-1).position + chunks.at(-1).pcm.length, 60 * 1600);
});

test("add_AfterASleep_GoesOnAtTheRightPlace", () => {
  const chunks = run(60, (i) => (i + 1) * 100 + (i >= 30 ? 20_000 : 0), { value: (i) => (i >= 30 ? 2 : 1) });
  const first = chunks.find((c) => c.pcm.includes(2));
  assert.equal(first.pcm.indexOf(2) + first.position, 30 * 1600 + 20 * RATE);
  assert.equal(chunks.reduce((n, c) => n + c.pcm.length, 0), 60 * 1600);
});

test("add_Drift_SmallerThanTheTolerance_IsLeftAlone", () => {
  const chunks = run(700, (i) => (i + 1) * 100 + (i % 7));
  assert.equal(chunks.at(-1).position + chunks.at(-1).pcm.length, 700 * 1600);
});
