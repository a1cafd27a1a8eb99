import assert from "node:assert/strict";
import { test } from "node:test";
import { lay, litAt } from "../../wwwroot/js/player/marks.js";

const mark = (at, kind, text = `${kind} at ${at}`) => ({ at, kind, text });

test("lay_MarksFarApart_StandInOrderWhereTheyBelong", () => {
  const laid = lay([mark(90, "fred"), mark(30, "decision")], 120, 200, 14);
  assert.deepEqual(laid.map(({ at, left, kind, texts }) => [at, left, kind, texts.length]), [[30, 0.25, "decision", 1], [90, 0.75, "fred", 1]]);
});

test("lay_MarksThatWouldCoverEachOther_StandAsOneThatNamesThemAll", () => {
  const laid = lay([mark(10, "fred"), mark(12, "fred"), mark(60, "decision"), mark(61, "action"), mark(100, "comment")], 120, 200, 14);
  assert.deepEqual(laid.map(({ at, kind, texts }) => [at, kind, texts]), [
    [10, "fred", ["fred at 10", "fred at 12"]],
    [60, "several", ["decision at 60", "action at 61"]],
    [100, "comment", ["comment at 100"]],
  ]);
  assert.equal(lay([mark(10, "fred"), mark(12, "fred")], 120, 2000, 14).length, 2);
});

test("lay_OutsideOfTheRecordingOrWithoutRoom_BreaksNothing", () => {
  assert.deepEqual(lay([mark(-1, "fred"), mark(121, "fred")], 120, 200, 14), []);
  assert.equal(lay([mark(1, "fred"), mark(119, "fred")], 120, 0, 14).length, 1);
  assert.equal(lay([mark(0, "fred")], 0, 100, 14)[0].left, 0);
});

test("litAt_TheLastThatCame_ForAWhile", () => {
  const moments = [10_000, 15_000, 90_000];
  assert.deepEqual([0, 9_960, 12_000, 15_000, 34_999, 35_000, 90_001].map((at) => litAt(moments, at)), [-1, 0, 0, 1, 1, -1, 2]);
  assert.equal(litAt([], 5), -1);
});
