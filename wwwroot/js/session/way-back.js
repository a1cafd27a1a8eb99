// @ts-check
import { placeOf, workEverywhere } from "../player/keys.js";
import { bring } from "./bring.js";

/** After a jump far away: a button that leads back to what was pressed, for as long as that is out of sight. */
export class WayBack {
  #button;
  #off = new AbortController();
  /** What was pressed, and the section it stood in, should it be drawn anew meanwhile. @type {HTMLElement[]} */
  #from = [];
  /** Where it led. @type {HTMLElement | null} */
  #to = null;
  /** Whether the keyboard has come by the button. */
  #met = false;
  #sight = new IntersectionObserver((entries) => {
    const seen = entries[entries.length - 1].isIntersecting;
    if (!seen) this.#button.hidden = false;
    else if (!this.#button.hidden) this.#forget();
  });

  /** @param {HTMLElement} root holds the button, hidden: [data-way-back] */
  constructor(root) {
    this.#button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-way-back]"));
    const { signal } = this.#off;
    this.#button.addEventListener("click", () => this.#go(), { signal });
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  /**
   * Somebody is about to jump.
   * @param {HTMLElement | null} from what they pressed
   * @param {HTMLElement} to
   */
  leave(from, to) {
    this.#forget();
    if (!from?.isConnected || Math.abs(from.getBoundingClientRect().top - to.getBoundingClientRect().top) < innerHeight) return;
    const section = from.closest("section");
    this.#from = section ? [from, section] : [from];
    this.#to = to;
    const title = section?.querySelector("h2")?.textContent?.trim().toLowerCase();
    /** @type {HTMLElement} */ (this.#button.querySelector("span")).textContent = `Back to ${title || "where you were"}`;
    this.#sight.observe(from);
  }

  dispose() {
    this.#off.abort();
    this.#forget();
  }

  #go() {
    const place = this.#from.find((e) => e.isConnected);
    this.#forget();
    if (!place) return;
    void bring(() => place.getBoundingClientRect(), { calmly: true });
    if (!place.matches("button, a")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }

  #forget() {
    this.#sight.disconnect();
    if (document.activeElement === this.#button) this.#from[0]?.focus({ preventScroll: true });
    this.#button.hidden = true;
    this.#from = [];
    this.#to = null;
    this.#met = false;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (this.#button.hidden || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.key === "b" && !placeOf(event.target).types && workEverywhere()) this.#go();
    // It stands elsewhere in the page than what it belongs to: from where the jump led one comes to it first, and from it back there.
    else if (event.key === "Tab" && event.target === this.#button && this.#to?.isConnected) this.#to.focus({ preventScroll: true });
    else if (event.key === "Tab" && !event.shiftKey && event.target === this.#to && !this.#met) {
      this.#met = true;
      this.#button.focus();
    } else return;
    event.preventDefault();
  }
}
