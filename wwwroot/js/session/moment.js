// @ts-check
/** Which moment of the session its reader is at: where the player was brought to, or the turn that was clicked last. */
import { placeOf, workEverywhere } from "../player/keys.js";

/** Milliseconds since 1970. @type {number | null} */
let moment = null;

/** @returns {number | null} */
export const last = () => moment;

/** Begins to watch, and lets the key c press what is marked data-comment-add. */
export function follow() {
  const off = new AbortController();
  const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ handler) => document.addEventListener(type, handler, { signal: off.signal });
  moment = null;
  on("recording-position", (event) => (moment = Math.round(event.detail.at)));
  on("click", (event) => {
    const turn = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("li[data-at]"));
    if (turn) moment = Number(turn.dataset.at);
  });
  on("keydown", (event) => {
    if (event.key !== "c" || event.repeat || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || placeOf(event.target).types || !workEverywhere() || document.querySelector("dialog[open]")) return;
    const add = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-comment-add]"));
    if (!add || add.matches(":disabled")) return;
    event.preventDefault();
    add.click();
  });
  return { dispose: () => off.abort() };
}
