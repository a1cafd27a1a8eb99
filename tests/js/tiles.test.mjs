import assert from "node:assert/strict";
import { mock, test } from "node:test";

/** As much of an element as tiles take. */
class Element {
  hidden = true;
  /** @type {Record<string, string>} */
  dataset = {};
  /** @type {any} */
  srcObject = null;
  /** @type {Map<string, Element>} */
  parts = new Map();
  classes = new Set();
  classList = { toggle: (/** @type {string} */ name, on = true) => void (on ? this.classes.add(name) : this.classes.delete(name)), add() {}, contains: (/** @type {string} */ name) => this.classes.has(name) };
  /** @type {(() => void)[]} for its next picture */
  frames = [];
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
  /** @param {() => void} told */
  requestVideoFrameCallback(told) {
    this.frames.push(told);
  }
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

/** A coach's tiles: the founder's camera is on, or not. @param {boolean} camera */
function twoPeople(camera) {
  /** @type {Element[]} */
  const made = [];
  const template = { content: { cloneNode: () => ({ firstElementChild: made[made.push(new Element()) - 1] }) } };
  const tiles = new Tiles(() => {}, () => {});
  tiles.template = /** @type {any} */ (template);
  const media = { microphone: true, screen: false };
  const people = /** @type {any[]} */ ([{ participationId: "coach", name: "coach", role: "coach", media: { ...media, camera: true } }, { participationId: "founder", name: "founder", role: "founder", media: { ...media, camera } }]);
  tiles.setTrack("coach", "camera", /** @type {any} */ ({ kind: "video" }));
  tiles.draw(people, "coach");
  const [own, other] = made.map((root) => /** @type {Element} */ (root.querySelector("video")));
  return { tiles, own, other, shown: () => own.srcObject?.getTracks().length ?? 0 };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

test("One's own picture waits for the other's first", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tiles, other, shown } = twoPeople(true);
  await soon();
  assert.equal(shown(), 0);

  tiles.setTrack("founder", "camera", /** @type {any} */ ({ kind: "video" }));
  await soon();
  assert.equal(shown(), 0);
  other.frames.forEach((told) => told());
  await soon();

  assert.equal(shown(), 1);
  mock.timers.reset();
});

test("One's own picture waits for nobody's who has none, and for a late one no longer than a second", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const without = twoPeople(false);
  const late = twoPeople(true);
  await soon();
  assert.deepEqual([without.shown(), late.shown()], [1, 0]);

  mock.timers.tick(1_000);
  await soon();

  assert.equal(late.shown(), 1);
  mock.timers.reset();
});
