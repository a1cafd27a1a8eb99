// @ts-check
import { momentOf } from "../player/address.js";
import { actionOf, placeOf, showKeys, workEverywhere } from "../player/keys.js";
import { bring } from "./bring.js";
import { address, keepPlace, partNamed, placeAtFirst, placeIn } from "./place.js";
import { WayBack } from "./way-back.js";

/**
 * Lets the transcript follow the player, and shows where in it something was said. Works without the circuit: the
 * player tells by events on the document where it is.
 */

const turnsOf = (/** @type {Element} */ root) => /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("li[data-at]"));
const calmly = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

const selects = () => getSelection()?.isCollapsed === false;

/** @param {HTMLElement} root holds the transcript's turns: li with the moment they began, in milliseconds since 1970, in data-at */
export function follow(root) {
  const off = new AbortController();
  const wayBack = new WayBack(root);
  /** What leads to a turn, and was pressed last. @type {HTMLElement | null} */
  let pressed = null;
  /** The part that a link leads to. @type {HTMLElement | null} */
  let leadsTo = null;
  /** Where each address of the page was left by a link. @type {Map<string, ReturnType<typeof placeIn>>} */
  const left = new Map();
  /** @type {HTMLElement | null} */
  let lit = null;
  /** @type {HTMLElement[]} */
  let turns = [];
  /** @type {number[]} */
  let begins = [];

  function look() {
    turns = [...turnsOf(root)];
    begins = turns.map((turn) => Number(turn.dataset.at));
  }

  /** @param {number} at the last turn that began by then */
  function turnAt(at) {
    let [low, high] = [0, begins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (begins[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? turns[low - 1] : null;
  }

  const seen = (/** @type {HTMLElement} */ turn) => {
    const box = turn.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  };

  // What happens within a turn leaves their order as it is.
  const observer = new MutationObserver((records) => records.some((r) => !(/** @type {Element} */ (r.target).closest("li[data-at]"))) && look());
  observer.observe(root, { childList: true, subtree: true });
  look();
  /** Where a press began, and whether it only takes a selection away. */
  let began = { x: 0, y: 0, selected: false };
  root.addEventListener("pointerdown", ({ clientX: x, clientY: y }) => (began = { x, y, selected: selects() }), { signal: off.signal });
  /** Whether words were clicked, rather than selected, dragged or gone over on the way to something else. @param {MouseEvent} event */
  const isPlain = (event) =>
    event.detail === 1 && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && !selects() && !began.selected && Math.hypot(event.clientX - began.x, event.clientY - began.y) < 5;
  root.addEventListener(
    "click",
    (event) => {
      const target = /** @type {Element} */ (event.target);
      pressed = /** @type {HTMLElement | null} */ (target.closest("[data-evidence]")) ?? pressed;
      const turn = target.closest(`li[data-at] > ${isPlain(event) ? ":is(button:first-child, p)" : "button:first-child"}`)?.parentElement;
      const recording = /** @type {HTMLElement | null | undefined} */ (turn?.parentElement)?.dataset.recording;
      if (turn && recording) document.dispatchEvent(new CustomEvent("recording-seek", { detail: { at: Number(turn.dataset.at), recording } }));
    },
    { signal: off.signal },
  );
  // To another part of the page, and back, the browser leads by itself; what it lays out on the way there moves that part.
  document.addEventListener(
    "click",
    (event) => {
      const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("[data-parts] a"));
      const part = link && document.getElementById(link.hash.slice(1));
      if (!part || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // into another tab, perhaps
      left.set(address(), placeIn(root));
      // Not before: where one leaves is where the way back in the browser's history leads.
      if (link.hash === location.hash) settleAt(part);
      else leadsTo = part;
    },
    { signal: off.signal },
  );
  addEventListener(
    "hashchange",
    () => {
      const before = leadsTo ? null : left.get(address());
      const element = before ? document.getElementById(before.id) : (leadsTo ?? partNamed());
      leadsTo = null;
      if (element) settleAt(element, before?.top);
    },
    { signal: off.signal },
  );
  document.addEventListener(
    "recording-position",
    (event) => {
      const { at, playing } = /** @type {CustomEvent} */ (event).detail;
      const now = turnAt(at + 50);
      if (now === lit) return;
      // It scrolls along only for someone who is looking at what is said, not for one who reads elsewhere or corrects what was said.
      const along = playing && lit !== null && seen(lit) && !document.activeElement?.closest("[data-turn-editor]");
      lit?.removeAttribute("data-lit");
      lit?.removeAttribute("aria-current");
      lit = now;
      lit?.setAttribute("data-lit", "");
      lit?.setAttribute("aria-current", "true");
      if (along && lit) lit.scrollIntoView({ block: "nearest", behavior: calmly() });
    },
    { signal: off.signal },
  );

  // A page without a recording has keys, too.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]") || actionOf(event, placeOf(event.target), workEverywhere()) !== "keys") return;
      event.preventDefault();
      showKeys();
    },
    { signal: off.signal },
  );

  /** @param {Element | null | undefined} turn */
  function show(turn) {
    if (!(turn instanceof HTMLElement)) return;
    wayBack.leave(pressed, turn);
    pressed = null;
    void bring(() => turn.getBoundingClientRect());
    turn.tabIndex = -1;
    turn.focus({ preventScroll: true });
    turn.setAttribute("data-shown", "");
    setTimeout(() => turn.removeAttribute("data-shown"), 4_000);
  }

  /** @param {HTMLElement} part @param {number} [top] */
  function settleAt(part, top = parseFloat(getComputedStyle(part).scrollMarginTop)) {
    void bring(() => part.getBoundingClientRect(), { calmly: true, at: top });
  }

  const [place, moment] = [placeAtFirst(), momentOf(location)];
  keepPlace(root, off.signal);
  if (place === "moment" && moment) {
    const list = moment.recording ? `ol[data-recording="${CSS.escape(moment.recording)}"]` : "ol[data-start]";
    const start = /** @type {HTMLElement | null} */ (root.querySelector(list))?.dataset.start;
    show((moment.turn && root.querySelector(`#${CSS.escape(moment.turn)}`)) || (start && turnAt(Number(start) + moment.seconds * 1000 + 999)) || null);
  } else if (place && place !== "moment") settleAt(place.element, place.top);

  return {
    /** Brings a turn into view and marks it for a moment. @param {string} id */
    show: (id) => show(root.querySelector(`#turn-${CSS.escape(id)}`)),
    dispose() {
      off.abort();
      observer.disconnect();
      wayBack.dispose();
    },
  };
}
