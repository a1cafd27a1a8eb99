import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, momentOf } from "../../wwwroot/js/player/address.js";

const page = "https://portal.example/sessions/1?q=price&t=3#turn-9";

test("addressOf_Moment_IsReadBackAsThatMomentAndLeavesTheRestOut", () => {
  assert.equal(addressOf(page, 754.9, null), "https://portal.example/sessions/1?t=754");
  assert.deepEqual(momentOf(new URL(addressOf(page, 754.9, null))), { seconds: 754, recording: null, turn: null });
  assert.deepEqual(momentOf(new URL(addressOf(page, 0, "r-2"))), { seconds: 0, recording: "r-2", turn: null });
});

test("momentOf_WhatIsNoMoment_IsNull", () => {
  for (const search of ["", "?t=", "?t=-1", "?t=1.5", "?t=1e3", "?t=1234567", "?recording=r-2"]) assert.equal(momentOf({ search, hash: "#turn-9" }), null, search);
});

test("momentOf_WithATurn_NamesIt", () => {
  assert.deepEqual(momentOf({ search: "?t=3", hash: "#turn-9" }), { seconds: 3, recording: null, turn: "turn-9" });
  assert.equal(momentOf({ search: "?t=3", hash: "#other" })?.turn, null);
});
