import assert from "node:assert/strict";
import { test } from "node:test";
import { whoSpeaks } from "../../wwwroot/js/waveform.js";

test("whoSpeaks_SpansOfTwoVoices_FillTheirStretches_AndBothWhereTheyMeet", () => {
  assert.deepEqual([...whoSpeaks([0, 4, 0, 3, 6, 1, 9, 9.1, 2], 10, 10)], [1, 1, 1, 3, 2, 2, 0, 0, 0, 4]);
});

test("whoSpeaks_BeyondTheEnds_StaysInside", () => {
  assert.deepEqual([...whoSpeaks([-2, 1, 0, 9.5, 30, 1], 10, 4)], [1, 0, 0, 2]);
  assert.deepEqual([...whoSpeaks([0, 1, 0], 10, 0)], []);
});
