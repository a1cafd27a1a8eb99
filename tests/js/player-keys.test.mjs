import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf } from "../../wwwroot/js/player/keys.js";

const page = { types: false, player: false, pressed: false, moved: false };
const player = { ...page, player: true };
const press = (key, more = {}) => ({ key, ...more });

test("actionOf_OnThePage_HearsLettersAndSidewaysButNotWhatScrolls", () => {
  const heard = Object.fromEntries(["j", "k", "L", "?", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", " ", "Home", "End", "x", "Tab"].map((k) => [k, actionOf(press(k), page)]));
  assert.deepEqual(heard, {
    j: "back", k: "toggle", L: "forward", "?": "keys", ArrowLeft: "less", ArrowRight: "more", ArrowUp: null, ArrowDown: null, " ": null, Home: null, End: null, x: null, Tab: null,
  });
});

test("actionOf_InThePlayer_HearsAll", () => {
  const heard = ["j", "k", "l", " ", "ArrowDown", "ArrowUp", "Home", "End"].map((k) => actionOf(press(k), player));
  assert.deepEqual(heard, ["back", "toggle", "forward", "toggle", "less", "more", "start", "end"]);
});

test("actionOf_WhoeverTypesOrMeansTheBrowser_IsLeftAlone", () => {
  for (const key of ["j", "k", "l", "?", " ", "ArrowLeft"]) {
    assert.equal(actionOf(press(key), { ...page, types: true }), null, key);
    assert.equal(actionOf(press(key), { ...player, types: true }), null, key);
    for (const modifier of ["altKey", "ctrlKey", "metaKey"]) assert.equal(actionOf(press(key, { [modifier]: true }), player), null, `${modifier} ${key}`);
  }
});

test("actionOf_SpaceOnAButtonOrArrowsOnASlider_AreTheirs", () => {
  assert.equal(actionOf(press(" "), { ...player, pressed: true }), null);
  assert.equal(actionOf(press("k"), { ...player, pressed: true }), "toggle");
  assert.equal(actionOf(press("ArrowLeft"), { ...page, moved: true }), null);
  assert.equal(actionOf(press("ArrowLeft"), { ...player, moved: true }), "less");
});

test("actionOf_AKeyHeldDown_GoesOnButDoesNotFlicker", () => {
  assert.equal(actionOf(press("l", { repeat: true }), page), "forward");
  for (const key of ["k", "?"]) assert.equal(actionOf(press(key, { repeat: true }), page), null);
  assert.equal(actionOf(press(" ", { repeat: true }), player), null);
});

test("actionOf_KeysKeptToThePlayer_WorkThereAlone", () => {
  for (const key of ["j", "k", "l", "?", "ArrowLeft"]) {
    assert.equal(actionOf(press(key), page, false), null, key);
    assert.notEqual(actionOf(press(key), player, false), null, key);
  }
});
