// @ts-check
import { keep, kept } from "./kept.js";

/**
 * What a key means for the player. Whoever types letters into a field means the field; whoever wants no single keys on
 * the page (WCAG 2.1.4) keeps them to the player itself, and the browser remembers that.
 *
 * @typedef {"toggle" | "back" | "forward" | "less" | "more" | "start" | "end" | "keys"} Action
 * @typedef {object} Place where the focus is
 * @property {boolean} types letters go into a field here
 * @property {boolean} player it is in a player
 * @property {boolean} pressed space presses what is here
 * @property {boolean} moved arrows move something here
 */

const HERE_ONLY = "keys-in-player-only";

/** @type {Record<string, Action>} */
const ANYWHERE = { j: "back", k: "toggle", l: "forward", "?": "keys" };
/** @type {Record<string, Action>} */
const SIDEWAYS = { ArrowLeft: "less", ArrowRight: "more" };
/** @type {Record<string, Action>} */
const IN_PLAYER = { ...ANYWHERE, ...SIDEWAYS, ArrowDown: "less", ArrowUp: "more", Home: "start", End: "end" };

/**
 * @param {{ key: string, altKey?: boolean, ctrlKey?: boolean, metaKey?: boolean, repeat?: boolean }} event
 * @param {Place} place
 * @param {boolean} [everywhere] whether single keys work outside of the player, too
 * @returns {Action | null}
 */
export function actionOf(event, place, everywhere = true) {
  if (event.altKey || event.ctrlKey || event.metaKey || place.types) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === " ") return place.player && !place.pressed && !event.repeat ? "toggle" : null;
  if (!place.player && !everywhere) return null;
  const action = place.player ? IN_PLAYER[key] : ANYWHERE[key] ?? (place.moved ? undefined : SIDEWAYS[key]);
  return action && !(event.repeat && (action === "toggle" || action === "keys")) ? action : null;
}

/**
 * @param {EventTarget | null} target where a key was pressed
 * @returns {Place}
 */
export function placeOf(target) {
  const at = target instanceof Element ? target : document.body;
  const player = at.closest("[data-player]") !== null;
  const slides = at.matches("input[type=range]");
  return {
    types: at.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio], [type=button])") || at.closest("[contenteditable]:not([contenteditable=false])") !== null,
    player,
    pressed: at.matches("button, summary, a[href], input:not([type=range])"),
    moved: slides || at.matches("input") || at.closest("[role=tablist], [role=menu], [role=listbox], [role=grid], [role=radiogroup]") !== null,
  };
}

/** Whether single keys work on the whole page. */
export const workEverywhere = () => kept(HERE_ONLY) === null;

/** Opens the list of the keys, where the page has one. */
export function showKeys() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[data-keys]"));
  if (!dialog || dialog.open) return;
  const everywhere = /** @type {HTMLInputElement} */ (dialog.querySelector("[data-everywhere]"));
  everywhere.checked = workEverywhere();
  everywhere.onchange = () => keep(HERE_ONLY, everywhere.checked ? null : "1");
  dialog.showModal();
}

/**
 * Listens for the keys of the page's players.
 * @param {(action: Exclude<Action, "keys">, target: Node) => void} act target: where the key was pressed
 * @param {AbortSignal} signal
 */
export function hearKeys(act, signal) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const action = actionOf(event, placeOf(event.target), workEverywhere());
      if (!action) return;
      event.preventDefault();
      if (action === "keys") showKeys();
      else act(action, /** @type {Node} */ (event.target));
    },
    { signal },
  );
}
