import assert from "node:assert/strict";
import { test } from "node:test";
import { Waveform, whoSpeaks } from "../../wwwroot/js/waveform.js";

test("whoSpeaks_SpansOfTwoVoices_FillTheirStretches_AndBothWhereTheyMeet", () => {
  assert.deepEqual([...whoSpeaks([0, 4, 0, 3, 6, 1, 9, 9.1, 2], 10, 10)], [1, 1, 1, 3, 2, 2, 0, 0, 0, 4]);
});

test("whoSpeaks_BeyondTheEnds_StaysInside", () => {
  assert.deepEqual([...whoSpeaks([-2, 1, 0, 9.5, 30, 1], 10, 4)], [1, 0, 0, 2]);
  assert.deepEqual([...whoSpeaks([0, 1, 0], 10, 0)], []);
});

test("draw_VoicesAndHits_StandInTheirColoursAboveAndBelowTheLine", () => {
  globalThis.ResizeObserver = class {
    observe() {}
    disconnect() {}
  };
  globalThis.matchMedia = () => ({ addEventListener() {}, removeEventListener() {} });
  globalThis.devicePixelRatio = 1;
  globalThis.getComputedStyle = () => ({ color: "played", caretColor: "to come", outlineColor: "gap", borderTopColor: "coach", borderBottomColor: "founder", borderLeftColor: "other", borderRightColor: "hit" });
  const drawn = [];
  const context = { scale() {}, fillRect: (x, y, width, height) => drawn.push([context.fillStyle, x, y, height]) };
  const wave = new Waveform({ clientWidth: 30, clientHeight: 20, getContext: () => context }, 10, []);
  wave.show([0, 2, 0, 4, 6, 1, 8, 9, 2]); // ten bars, a second each
  drawn.length = 0;

  wave.find([5], 5);

  const at = (second) => drawn.filter(([, x, , height]) => x === second * 3 && height < 10 && height >= 1).map(([colour, , y]) => [colour, y < 10 ? "above" : "below"]);
  assert.deepEqual(at(0)[0], ["coach", "above"]);
  assert.deepEqual(at(5).at(-1), ["founder", "below"]);
  assert.deepEqual(at(8), [["other", "above"], ["other", "below"]]);
  assert.deepEqual(at(3), [["to come", "above"], ["to come", "below"]]);
  assert.deepEqual(drawn.filter(([colour]) => colour === "hit"), [["hit", 15, 0, 10], ["hit", 14, 0, 20]]);
});
