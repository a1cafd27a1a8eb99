import assert from "node:assert/strict";
import { test } from "node:test";
import { follow, last } from "../../wwwroot/js/session/moment.js";

test("last_PlayedOrClicked_IsTheMomentThatCameLast", () => {
  const page = Object.assign(new EventTarget(), { turn: null, closest: () => page.turn });
  globalThis.document = page;
  const following = follow();
  assert.equal(last(), null);
  page.dispatchEvent(new CustomEvent("recording-position", { detail: { at: 5_000.4 } }));
  assert.equal(last(), 5_000);
  page.dispatchEvent(new Event("click")); // beside the turns
  assert.equal(last(), 5_000);
  page.turn = { dataset: { at: "7000" } };
  page.dispatchEvent(new Event("click"));
  assert.equal(last(), 7_000);
  following.dispose();
  page.dispatchEvent(new CustomEvent("recording-position", { detail: { at: 9_000 } }));
  assert.equal(last(), 7_000);
});
