// @ts-check
/**
 * Where in a session's page its reader is, kept when the page goes and found again when it is loaded anew: pixels alone
 * would not do, for turns out of sight are only as high as somebody guessed.
 */

const KEY = "session-place";

/** How far apart the places are at which a turn is looked for, pixels: no turn is lower. */
const STEP = 20;

/** Whether the document's own page has been shown: what comes after it came by a link. */
let isLater = false;

/** The headings that the row of links leads to. @returns {HTMLElement[]} */
const parts = () => [.../** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-parts] a"))].flatMap((link) => document.getElementById(link.hash.slice(1)) ?? []);

/** The page, and the part of it. */
export const address = () => location.pathname + location.search + location.hash;

/** The part that the address names. @returns {HTMLElement | undefined} */
export const partNamed = () => parts().find(({ id }) => `#${id}` === location.hash);

/**
 * Where the reader is now.
 * @param {HTMLElement} root holds the turns
 * @returns {{ id: string, top: number } | null} of what stands first in the window, and how far below its top
 */
export function placeIn(root) {
  const first = topmost(root);
  return first && { id: first.id, top: first.getBoundingClientRect().top };
}

/** @param {HTMLElement} root holds the turns @param {AbortSignal} signal */
export function keepPlace(root, signal) {
  addEventListener("pageshow", ({ persisted }) => persisted && sessionStorage.removeItem(KEY), { signal });
  addEventListener(
    "pagehide",
    () => {
      const place = placeIn(root);
      try {
        if (place) sessionStorage.setItem(KEY, JSON.stringify({ address: address(), ...place }));
      } catch {
        // This browser keeps nothing.
      }
    },
    { signal },
  );
}

/**
 * Where a page that has just come is to stand.
 * @returns {{ element: HTMLElement, top?: number } | "moment" | null} top: pixels below the window's; moment: where its
 *   address says, if it names one; null: as it stands
 */
export function placeAtFirst() {
  const kept = take();
  const [{ type = "", name = "" } = {}] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const isLoadedAgain = kept?.address === address() && !isLater && ["reload", "back_forward"].includes(type) && new URL(name).pathname === location.pathname;
  isLater = true;
  const hasActed = performance.getEntriesByName("reader-acted").length > 0;
  const element = isLoadedAgain ? document.getElementById(kept.id) : partNamed();
  if (!element) return isLoadedAgain ? null : "moment";
  return hasActed ? null : { element, top: isLoadedAgain ? kept.top : undefined };
}

/** @returns {any} */
function take() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    return kept;
  } catch {
    return null;
  }
}

/** The first turn or heading below what stays at the window's top; where there is none in sight, the last heading above. @param {HTMLElement} root */
function topmost(root) {
  const first = root.querySelector("li[data-at]")?.getBoundingClientRect();
  if (!first) return null;
  const from = Math.max(0, document.querySelector("[data-parts]")?.getBoundingClientRect().bottom ?? 0);
  const topOf = (/** @type {HTMLElement} */ part) => part.getBoundingClientRect().top;
  const heading = parts().find((part) => topOf(part) >= from && topOf(part) < innerHeight);
  for (let y = from + 1; y < (heading ? topOf(heading) : innerHeight); y += STEP) {
    const turn = /** @type {HTMLElement | null | undefined} */ (document.elementFromPoint(first.left + 8, y)?.closest("li[data-at]"));
    if (turn) return turn;
  }
  return heading ?? parts().findLast((part) => topOf(part) < from) ?? null;
}
