import assert from "node:assert/strict";
import { test } from "node:test";

/** As much of an element as tiles take. */
class Element {
  hidden = true;
  /** @type {Record<string, string>} */
  dataset = {};
  /** @type {any} */
  srcObject = null;
  /** @type {Map<string, Element>} */
  parts = new Map();
  classList = { toggle() {}, add() {}, contains: () => false };
  /** @param {string} selector @returns {Element | null} */
  querySelector(selector) {
    if (selector === ".screen") return null;
    if (!this.parts.has(selector)) this.parts.set(selector, new Element());
    return this.parts.get(selector) ?? null;
  }
  setAttribute() {}
  append() {}
  prepend() {}
  remove() {}
  async play() {}
}
Object.assign(globalThis, {
  document: { getElementById: (/** @type {string} */ id) => (id === "tile-template" ? { content: { cloneNode: () => ({ firstElementChild: new Element() }) } } : new Element()) },
  MediaStream: class {
    /** @type {object[]} */
    tracks = [];
    getTracks = () => [...this.tracks];
    addTrack = (/** @type {object} */ t) => void this.tracks.push(t);
    removeTrack = (/** @type {object} */ t) => void this.tracks.splice(this.tracks.indexOf(t), 1);
  },
});
const { Tiles } = await import("../../wwwroot/js/call/tiles.js");

test("A picture can be seen by the time its place is told: what is out of sight is not sent", () => {
  /** @type {boolean[]} */
  const hidden = [];
  const tiles = new Tiles(() => {}, (_id, _kind, video) => hidden.push(video.hidden));
  const people = /** @type {any[]} */ (["coach", "founder"].map((role) => ({ participationId: role, name: role, role, media: { microphone: true, camera: true, screen: false } })));
  const camera = /** @type {any} */ ({ kind: "video" });

  tiles.draw(people, "coach");
  tiles.setTrack("founder", "camera", camera);
  tiles.setTrack("founder", "camera", null);
  tiles.clear();
  tiles.setTrack("founder", "camera", camera);
  tiles.draw(people, "coach");

  assert.deepEqual(hidden, [false, false]);
});
