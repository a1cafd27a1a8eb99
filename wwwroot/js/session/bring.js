// @ts-check
/** A little below the middle: what somebody reads next is there, and what is held at the top of the page covers nothing. */
const HEIGHT = 0.55;

/** Frames in which a place must not move before it is believed, and how long that is tried. */
const STILL = 3;
const MOST = 40;

let newest = 0;

/**
 * Brings something into the middle of the window. Far away it is jumped to: turns out of sight are not laid out yet, so
 * nobody knows how far it is, and what becomes known on the way moves it; it is looked for again until it stands.
 * @param {() => DOMRect} box where it is now
 * @param {{ calmly?: boolean }} [options] calmly: without motion even where it is near
 */
export async function bring(box, { calmly = matchMedia("(prefers-reduced-motion: reduce)").matches } = {}) {
  const mine = ++newest;
  const way = () => {
    const { top, height } = box();
    return top + Math.min(height, innerHeight / 2) / 2 - innerHeight * HEIGHT;
  };
  if (!calmly && Math.abs(way()) < innerHeight) return scrollBy({ top: way(), behavior: "smooth" });
  for (let frame = 0, still = 0; frame < MOST && still < STILL && mine === newest; frame++) {
    const [before, left] = [scrollY, way()];
    scrollBy({ top: left, behavior: "instant" });
    // At either end of the page it goes no further.
    still = Math.abs(left) < 2 || scrollY === before ? still + 1 : 0;
    await new Promise(requestAnimationFrame);
  }
}
