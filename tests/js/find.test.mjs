import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.CSS ??= {}; // the module asks once what the browser can do
const { fold, inPieces, placesOf, stepOf } = await import("../../wwwroot/js/session/find.js");

const found = (text, words) => placesOf(text, words).map(([from, to]) => text.slice(from, to));

test("placesOf_WhateverCaseAndAccents_FindsTheWordsAsTheyStand", () => {
  assert.deepEqual(found("The Price, the price: THE PRICE", "the price"), ["The Price", "the price", "THE PRICE"]);
  assert.deepEqual(found("Zoë met Zoe and ZOË", "zoe"), ["Zoë", "Zoe", "ZOË"]);
  assert.deepEqual(found("Crème brûlée", "creme brulee"), ["Crème brûlée"]);
  assert.deepEqual(found("cafe", "café"), ["cafe"]);
  assert.deepEqual(found("It’s “his” thing", "it's \"his\""), ["It’s “his”"]);
});

test("placesOf_AccentsOfTheirOwnAndPairs_KeepTheirPlaces", () => {
  const apart = "e\u0301te\u0301 🙂 été";
  assert.deepEqual(found(apart, "ete"), ["e\u0301te\u0301", "été"]);
  assert.deepEqual(found("🙂🙂 plan", "plan"), ["plan"]);
});

test("placesOf_SpacesAndLines_AreOneSpace", () => {
  assert.deepEqual(found("raise  the\nprice", " raise the price "), ["raise  the\nprice"]);
});

test("placesOf_TooLittleOrNothing_FindsNothing", () => {
  assert.deepEqual(found("a b a", "a"), []);
  assert.deepEqual(found("a b a", "  "), []);
  assert.deepEqual(found("price", "prices"), []);
});

test("placesOf_OverEachOther_AreCountedOnce", () => assert.equal(placesOf("aaaaa", "aa").length, 2));

test("fold_EveryCharacter_KnowsWhereItStood", () => {
  const turn = "And so we said that Zoë would call the three customers who had not paid yet. ".repeat(2);
  assert.equal(fold(turn).at.length, fold(turn).text.length + 1);
});

test("stepOf_PastTheEnds_GoesRound", () => {
  assert.deepEqual([stepOf(-1, 3, 1), stepOf(-1, 3, -1), stepOf(2, 3, 1), stepOf(0, 3, -1), stepOf(1, 3, 1), stepOf(-1, 0, 1)], [0, 2, 0, 2, 2, -1]);
});

function* steps(done, count) {
  for (let i = 0; i < count; i++) {
    for (const until = performance.now() + 5; performance.now() < until; );
    done.push(i);
    yield;
  }
}

test("inPieces_LongWork_LetsOthersDoTheirsBetween", async () => {
  const done = [];
  const all = inPieces(steps(done, 10), () => true);
  const atOnce = done.length;
  setTimeout(() => done.push("typed"));
  await all;
  assert.ok(atOnce > 0 && atOnce < 5, `${atOnce} at once`);
  assert.ok(done.indexOf("typed") < 5, done.join());
  assert.equal(done.at(-1), 9);
});

test("inPieces_ShortWork_IsDoneAtOnce", () => {
  const done = [];
  void inPieces(
    (function* () {
      yield done.push(1);
      done.push(2);
    })(),
    () => true,
  );
  assert.deepEqual(done, [1, 2]);
});

test("inPieces_NotWantedAnyMore_Stops", async () => {
  const done = [];
  let wanted = true;
  const all = inPieces(steps(done, 100), () => wanted);
  const before = done.length;
  wanted = false;
  await all;
  assert.equal(done.length, before);
});
