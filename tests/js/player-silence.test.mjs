import assert from "node:assert/strict";
import { test } from "node:test";
import { jumpFrom, MARGIN, silences } from "../../wwwroot/js/player/silence.js";

const near = (spans) => spans.map(({ from, to }) => [from, to].map((s) => Math.round(s * 100) / 100));
/** Peaks of a tenth of a second each: loud but for the quiet spans. */
const peaks = (seconds, ...quiet) => Array.from({ length: seconds * 10 }, (_, i) => (quiet.some(([from, to]) => i >= from * 10 && i < to * 10) ? 0.004 : 0.3));

test("silences_QuietForLongAndNobodysTurn_AreJumpedOverButForAMargin", () => {
  const found = silences({ peaks: peaks(30, [5, 10], [15, 16.5], [20, 22]), duration: 30, voices: [0, 5, 0, 10, 20, 1, 22, 30, 0] });
  assert.deepEqual(near(found), [[5 + MARGIN, 10 - MARGIN], [20 + MARGIN, 22 - MARGIN]]);
});

test("silences_WhereOneWitnessHearsSomebody_AreNone", () => {
  // Loud without a turn: somebody spoke whom no transcript caught. Quiet inside of a turn: somebody takes a breath.
  assert.deepEqual(silences({ peaks: peaks(30), duration: 30, voices: [0, 5, 0, 25, 30, 1] }), []);
  assert.deepEqual(silences({ peaks: peaks(30, [10, 20]), duration: 30, voices: [0, 30, 0] }), []);
  assert.deepEqual(near(silences({ peaks: peaks(30, [10, 20]), duration: 30, voices: [0, 12, 0, 18.5, 30, 1] })), [[12 + MARGIN, 18.5 - MARGIN]]);
});

test("silences_OneWitnessAlone_IsBelieved_AndNoneSaysNothing", () => {
  assert.deepEqual(near(silences({ peaks: peaks(30, [10, 20]), duration: 30, voices: [] })), [[10 + MARGIN, 20 - MARGIN]]);
  assert.deepEqual(near(silences({ peaks: [], duration: 30, voices: [3, 10, 0, 20, 28.5, 1] })), [[0, 3 - MARGIN], [10 + MARGIN, 20 - MARGIN]]);
  assert.deepEqual(silences({ peaks: [], duration: 30, voices: [] }), []);
});

test("silences_TheRoomIsNeverStill_AreWhatOnlyTheRoomSays", () => {
  const noisy = peaks(60, [10, 20]).map((p, i) => Math.max(p, 0.02 + (i % 3) * 0.002));
  assert.deepEqual(near(silences({ peaks: noisy, duration: 60, voices: [] })), [[10 + MARGIN, 20 - MARGIN]]);
  assert.deepEqual(silences({ peaks: Array.from({ length: 600 }, () => 0.3), duration: 60, voices: [] }), []);
});

test("silences_AtTheEnds_LeaveNoMarginThatNobodyNeeds", () => {
  assert.deepEqual(near(silences({ peaks: peaks(30, [0, 5], [25, 30]), duration: 30, voices: [] })), [[0, 5 - MARGIN], [25 + MARGIN, 30]]);
});

test("jumpFrom_InsideAndOutside_GoesOnOnlyWhereItGains", () => {
  const spans = [{ from: 5, to: 9 }];
  assert.equal(jumpFrom(spans, 4.9), null);
  assert.equal(jumpFrom(spans, 5), 9);
  assert.equal(jumpFrom(spans, 8.8), null);
  assert.equal(jumpFrom(spans, 9), null);
});
