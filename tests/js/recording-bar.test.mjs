// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

/** Stands in for the page: elements by id, and buttons by the selectors that show them. */
function page() {
  /** @type {Record<string, any>} */
  const ids = {};
  const buttons = ["request", "cancel", "pause", "resume"].map((recording) => ({ recording, again: false, hidden: true }));
  buttons.push({ recording: "resume", again: true, hidden: true });
  globalThis.window = /** @type {any} */ ({ setInterval: () => 0 });
  globalThis.document = /** @type {any} */ ({
    getElementById: (/** @type {string} */ id) => (ids[id] ??= { hidden: true, textContent: "" }),
    querySelectorAll: (/** @type {string} */ selector) =>
      selector === "[data-recording][data-again]" ? buttons.filter((b) => b.again)
        : selector.startsWith("[data-recording=") ? buttons.filter((b) => selector === `[data-recording="${b.recording}"]:not([data-again])` && !b.again)
          : [],
  });
  return { ids, shown: () => buttons.filter((b) => !b.hidden).map((b) => b.recording + (b.again ? " again" : "")) };
}

const state = (/** @type {string} */ phase, /** @type {string | null} */ reason = null) =>
  /** @type {any} */ ({ recording: { phase, reason, recordedMs: 0 }, expected: [{ personId: "me", recordingConsent: "granted" }], serverTime: "2026-11-21T12:00:00Z" });

test("a recorder that failed says why and offers to start again", async () => {
  const { ids, shown } = page();
  const { RecordingBar } = await import("../../wwwroot/js/call/recording-bar.js");
  const bar = new RecordingBar(false, () => 0);

  bar.draw(state("failed", "Not recorded: LiveKit had no recorder free."), "me");

  assert.deepEqual(shown(), ["resume again"]);
  assert.equal(ids["recording-reason"].textContent, "Not recorded: LiveKit had no recorder free.");
  assert.equal(ids["recording-reason"].hidden, false);
  bar.draw(state("paused", "Paused by Carla"), "me");
  assert.deepEqual(shown(), ["resume"]);
  bar.draw(state("active"), "me");
  assert.deepEqual(shown(), ["pause"]);
});
