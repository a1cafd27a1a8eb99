import assert from "node:assert/strict";
import { test } from "node:test";
import { LinkWords } from "../../wwwroot/js/call/link-words.js";

const people = [{ participationId: "c", name: "Carla Coach" }];
const link = (more = {}) => Object.assign(new LinkWords(), { known: true, ...more });

test("words_Joining_SaysConnectingUntilStateAndMediaAreThere", () => {
  const l = new LinkWords();
  assert.equal(l.words(people), "Connecting…");
  l.setFlow({ state: "connecting", words: null });
  l.known = true;
  assert.equal(l.words(people), "Connecting…");
  l.setFlow({ state: "up", words: null });
  assert.equal(l.words(people), null);
});

test("words_MediaAwayAfterItWasThere_SaysTheSameAsTheLine", () => {
  const l = link();
  l.setFlow({ state: "up", words: null });
  l.setFlow({ state: "connecting", words: null });
  assert.match(l.words(people), /^Reconnecting…/);
  assert.equal(l.words(people), link({ down: true }).words(people));
});

test("words_MediaServerAway_SaysWhatTheTransportKnows_UntilItIsBack", () => {
  const l = link();
  l.setFlow({ state: "down", words: "No server." });
  assert.equal(l.words(people), "No server.");
  l.setFlow({ state: "up", words: null });
  assert.equal(l.words(people), null);
});

test("words_MayNotSendYet_SaysWhen", () => {
  assert.equal(link({ allowed: false }).words(people), "Your microphone opens when the recording has ended.");
});

test("words_NoPath_NamesWhoIsStillThere", () => {
  assert.match(link({ noPath: new Set(["c", "gone"]) }).words(people), /^No path to Carla Coach was found/);
});

test("words_FredsVoiceIsMissing_SaysSo_UnlessSomethingWorseIs", () => {
  assert.equal(link({ voice: "FRED's voice has left." }).words(people), "FRED's voice has left.");
  assert.match(link({ voice: "FRED's voice has left.", down: true }).words(people), /^Reconnecting/);
});
