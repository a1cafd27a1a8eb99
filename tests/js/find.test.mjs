import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.CSS ??= {}; // the module asks once what the browser can do
const { fold, placesOf, stepOf } = await import("../../wwwroot/js/session/find.js");

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
