// @ts-check
/** A little below the middle: what somebody reads next is there, and what is held at the top of the page covers nothing. */
const HEIGHT = 0.55;

/** Frames in which a place must not move before it is believed, and how long that is tried. */
const STILL = 3;
const MOST = 40;

let newest = 0;

/** Longest that a scroll with motion is waited for, ms: not every browser says when it has ended. */
const MOTION = 1_000;

/**
 * Brings something into the middle of the window. Far away it is jumped to: turns out of sight are not laid out yet, so
 * nobody knows how far it is, and what becomes known on the way moves it; it is looked for again until it stands, or its
 * reader goes elsewhere.
 * @param {() => DOMRect} box where it is now
 * @param {{ calmly?: boolean, at?: number }} [options] calmly: without motion even where it is near; at: pixels between the
 *   window's top and its own, instead of the middle
 */
export async function bring(box, { calmly = matchMedia("(prefers-reduced-motion: reduce)").matches, at } = {}) {
  const mine = ++newest;
  const way = () => {
    const { top, width, height } = box();
    return width === 0 ? 0 : at !== undefined ? top - at : top + Math.min(height, innerHeight / 2) / 2 - innerHeight * HEIGHT; // no width: it is gone
  };
  const off = new AbortController();
  let left = false;
  for (const type of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(type, () => (left = true), { passive: true, capture: true, signal: off.signal });
  if (!calmly && Math.abs(way()) < innerHeight) {
    scrollBy({ top: way(), behavior: "smooth" });
    await new Promise((done) => {
      addEventListener("scrollend", done, { signal: off.signal });
      setTimeout(done, MOTION);
    });
  }
  for (let frame = 0, still = 0; frame < MOST && still < STILL && mine === newest && !left; frame++) {
    const [before, by] = [scrollY, way()];
    scrollBy({ top: by, behavior: "instant" });
    // At either end of the page it goes no further.
    still = Math.abs(by) < 2 || scrollY === before ? still + 1 : 0;
    await new Promise(requestAnimationFrame);
  }
  off.abort();
}
