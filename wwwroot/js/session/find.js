// @ts-check
/**
 * Finds words in the transcript of the page, in the browser alone. The turns are the page's: nothing in them is changed,
 * what is found is lit by the browser's own highlights (a browser without them lights the whole turn).
 */
import { placeOf, workEverywhere } from "../player/keys.js";
import { bring } from "./bring.js";

/** Fewer letters would find everything. */
const LEAST = 2;

/** Browsers go through all lit places whenever one changes: of more than these only what is near is lit. */
const MOST_LIT = 200;

/** Milliseconds at a time that looking through a long transcript may keep what is typed and scrolled waiting. */
const PIECE = 8;

/**
 * A text as it is compared: small letters without accents, one kind of quotes, one space where there are several.
 * @param {string} text
 * @returns {{ text: string, at: number[] }} at: where each of its characters stood; one more for the end
 */
export function fold(text) {
  let folded = "";
  /** @type {number[]} */
  const at = [];
  let index = 0;
  for (const character of text) {
    const plain = character > " " && character <= "~" && character !== '"' ? character.toLowerCase() : /\s/.test(character) ? (folded.endsWith(" ") ? "" : " ") : character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[‘’ʼ]/g, "'").replace(/[“”„«»]/g, '"');
    for (let i = 0; i < plain.length; i++) at.push(index);
    folded += plain;
    index += character.length;
  }
  at.push(text.length);
  return { text: folded, at };
}

/**
 * @param {string | ReturnType<typeof fold>} text
 * @param {string} words
 * @returns {[number, number][]} from and to of each place, in order, none over another
 */
export function placesOf(text, words) {
  const sought = fold(words).text.trim();
  if (sought.length < LEAST) return [];
  const { text: folded, at } = typeof text === "string" ? fold(text) : text;
  /** @type {[number, number][]} */
  const places = [];
  for (let from = folded.indexOf(sought); from >= 0; from = folded.indexOf(sought, from + sought.length)) places.push([at[from], at[from + sought.length]]);
  return places;
}

/**
 * The next place in a ring. @param {number} now -1 before the first @param {number} count @param {1 | -1} by
 * @returns {number} -1 for none
 */
export const stepOf = (now, count, by) => (count === 0 ? -1 : now < 0 ? (by > 0 ? 0 : count - 1) : (now + by + count) % count);

/**
 * Takes steps in pieces, between which the browser does what else there is to do. The first one is taken at once.
 * @param {Iterator<unknown>} steps
 * @param {() => boolean} wanted asked before each later piece
 */
export async function inPieces(steps, wanted) {
  do {
    for (const until = performance.now() + PIECE; performance.now() < until; ) if (steps.next().done) return;
    await new Promise((resolve) => setTimeout(resolve));
  } while (wanted());
}

/** @typedef {{ turn: HTMLElement, said: Element, from: number, to: number, at: number }} Hit from and to: in the text of what was said */

/** @param {Hit} hit */
function rangeOf({ said, from, to }) {
  const range = document.createRange();
  const texts = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  let passed = 0;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const length = /** @type {Text} */ (node).length;
    if (from >= passed && from <= passed + length) range.setStart(node, from - passed);
    if (to <= passed + length) {
      range.setEnd(node, to - passed);
      break;
    }
    passed += length;
  }
  return range;
}

const lights = "highlights" in CSS;

/** @param {string} name @param {Range[]} ranges */
function light(name, ranges) {
  if (!lights) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

/**
 * @param {HTMLElement} root holds [data-find=words|count|back|on]; the transcript stands in the same section
 */
export function attach(root) {
  const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`[data-find="${name}"]`));
  const words = /** @type {HTMLInputElement} */ (part("words"));
  const count = /** @type {HTMLElement} */ (part("count"));
  const section = /** @type {HTMLElement} */ (root.closest("section"));
  const off = new AbortController();
  /** @type {Hit[]} */
  let hits = [];
  let now = -1;
  /** What is being looked for, until it is found. @type {Iterator<unknown> | null} */
  let search = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;

  /** A turn is folded once, however many letters are typed. @type {WeakMap<Element, { text: string, folded: ReturnType<typeof fold> }>} */
  const known = new WeakMap();

  /** @param {Element} said */
  function folded(said) {
    const text = said.textContent ?? "";
    const kept = known.get(said);
    if (kept?.text === text) return kept.folded;
    const made = { text, folded: fold(text) };
    known.set(said, made);
    return made.folded;
  }

  /** The lists of turns that can be seen, or nearly. @type {Set<Element>} */
  const near = new Set();
  const nearby = new IntersectionObserver(
    (lists) => {
      for (const list of lists) list.isIntersecting ? near.add(list.target) : near.delete(list.target);
      if (hits.length > MOST_LIT) lightUp();
    },
    { rootMargin: "50%" },
  );

  const turns = () => /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll("li[data-at]"));

  /** A turn a step. @param {string} sought */
  function* looking(sought) {
    /** @type {Hit[]} */
    const found = [];
    if (fold(sought).text.trim().length >= LEAST)
      for (const turn of turns()) {
        const said = turn.querySelector(":scope > p + p");
        if (said) for (const [from, to] of placesOf(folded(said), sought)) found.push({ turn, said, from, to, at: Number(turn.dataset.at) });
        yield;
      }
    const kept = now < 0 ? null : hits[now];
    hits = found;
    now = kept ? hits.findIndex((h) => h.turn === kept.turn && h.from >= kept.from) : -1;
    if (lights) for (const list of section.querySelectorAll("ol.turns")) nearby.observe(list);
    search = null;
    tell();
  }

  function look() {
    const mine = (search = looking(words.value));
    void inPieces(mine, () => search === mine);
  }

  function tell() {
    const sought = fold(words.value).text.trim();
    root.toggleAttribute("data-active", sought.length > 0);
    count.textContent = sought.length < LEAST ? "" : hits.length === 0 ? "Not in this transcript" : now < 0 ? `${hits.length} ${hits.length === 1 ? "hit" : "hits"}` : `${now + 1} of ${hits.length}`;
    for (const name of ["back", "on"]) part(name).disabled = hits.length === 0;
    lightUp();
    document.dispatchEvent(new CustomEvent("transcript-found", { detail: { hits: hits.map((h) => h.at), now: now < 0 ? NaN : hits[now].at } }));
  }

  function lightUp() {
    const seen = (/** @type {Hit} */ hit) => hits.length <= MOST_LIT || near.has(/** @type {Element} */ (hit.turn.parentElement));
    light("found", hits.filter(seen).map(rangeOf));
    light("found-now", now < 0 ? [] : [rangeOf(hits[now])]);
    if (lights) return;
    const found = new Set(hits.map((h) => h.turn));
    for (const turn of turns()) turn.toggleAttribute("data-found", found.has(turn));
  }

  /** @param {1 | -1} by */
  function step(by) {
    while (search) search.next();
    now = stepOf(now, hits.length, by);
    tell();
    if (now < 0) return;
    const hit = hits[now];
    void bring(() => rangeOf(hit).getBoundingClientRect(), { calmly: true });
  }

  const on = (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(event: any) => void} */ handler) => target.addEventListener(type, handler, { signal: off.signal });
  on(words, "input", look);
  on(part("back"), "click", () => step(-1));
  on(part("on"), "click", () => step(1));
  on(words, "keydown", (event) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && words.value) {
      words.value = "";
      look();
    } else return;
    event.preventDefault();
  });
  on(document, "keydown", (event) => {
    if (event.key !== "/" || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || placeOf(event.target).types || !workEverywhere() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    words.focus();
    words.select();
  });
  on(document, "recording-attached", () => hits.length > 0 && tell());
  // What is corrected or comes later is looked through, too.
  const observer = new MutationObserver((changes) => {
    if (!words.value || changes.every((c) => root.contains(c.target))) return;
    clearTimeout(again);
    again = setTimeout(look, 150);
  });
  observer.observe(section, { childList: true, characterData: true, subtree: true });
  look(); // who is quick has typed before this runs

  return {
    dispose() {
      off.abort();
      search = null;
      observer.disconnect();
      nearby.disconnect();
      clearTimeout(again);
      light("found", []);
      light("found-now", []);
    },
  };
}
