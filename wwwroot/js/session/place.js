// @ts-check
/**
 * Where in a session's page its reader is, kept when the page goes and found again when it is loaded anew: pixels alone
 * would not do, for turns out of sight are only as high as somebody guessed.
 */

const KEY = "session-place";

/** How far apart the places are at which a turn is looked for, pixels: no turn is lower. */
const STEP = 20;

/** A part of the page that its row of links leads to. @param {string} hash @returns {HTMLElement | null} */
export const partOf = (hash) => (hash.length > 1 && document.querySelector(`[data-parts] a[href$="${CSS.escape(hash)}"]`) ? document.getElementById(hash.slice(1)) : null);

/** @param {HTMLElement} root holds the turns @param {AbortSignal} signal */
export function keepPlace(root, signal) {
  addEventListener(
    "pagehide",
    () => {
      const place = topmost(root);
      try {
        if (place) sessionStorage.setItem(KEY, JSON.stringify({ page: location.pathname + location.search, id: place.id, top: place.getBoundingClientRect().top }));
        else sessionStorage.removeItem(KEY);
      } catch {
        // This browser keeps nothing.
      }
    },
    { signal },
  );
}

/** Where the reader was, if this is the page loaded again. @returns {{ element: HTMLElement, top: number } | null} */
export function placeBefore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    const [{ type }] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    const element = kept && type !== "navigate" && kept.page === location.pathname + location.search ? document.getElementById(kept.id) : null;
    return element && { element, top: kept.top };
  } catch {
    return null;
  }
}

/** The first turn or heading below what stays at the window's top. @param {HTMLElement} root */
function topmost(root) {
  const row = document.querySelector("[data-parts]");
  const first = root.querySelector("li[data-at]")?.getBoundingClientRect();
  if (!row || !first) return null;
  const from = Math.max(0, row.getBoundingClientRect().bottom);
  const heading = [...row.querySelectorAll("a")].map((link) => document.getElementById(link.hash.slice(1))).find((part) => (part?.getBoundingClientRect().top ?? 0) >= from);
  const to = Math.min(innerHeight, heading?.getBoundingClientRect().top ?? innerHeight);
  for (let y = from + 1; y < to; y += STEP) {
    const turn = /** @type {HTMLElement | null | undefined} */ (document.elementFromPoint(first.left + 8, y)?.closest("li[data-at]"));
    if (turn) return turn;
  }
  return to < innerHeight ? (heading ?? null) : null;
}
