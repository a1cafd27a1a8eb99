// @ts-check
/**
 * @typedef {{ at: number, kind: string, text: string }} Mark a moment worth finding; seconds
 * @typedef {{ at: number, left: number, kind: string, texts: string[] }} Laid left from 0 to 1
 */

/**
 * Lays marks along a line. Those that would cover each other stand as one, of their kind or of "several", at the first.
 * @param {Mark[]} marks in any order
 * @param {number} duration seconds
 * @param {number} width pixels of the line
 * @param {number} room pixels that a mark takes
 * @returns {Laid[]} in order
 */
export function lay(marks, duration, width, room) {
  /** @type {Laid[]} */
  const laid = [];
  for (const mark of [...marks].filter((m) => m.at >= 0 && m.at <= duration).sort((a, b) => a.at - b.at)) {
    const left = duration > 0 ? mark.at / duration : 0;
    const last = laid.at(-1);
    if (last && (left - last.left) * width < room) {
      last.texts.push(mark.text);
      if (last.kind !== mark.kind) last.kind = "several";
    } else laid.push({ at: mark.at, left, kind: mark.kind, texts: [mark.text] });
  }
  return laid;
}

/** Pixels that a mark takes on its line. */
const ROOM = 14;

/**
 * Draws marks on a line. They are for the eye and the mouse; the list below them says the same to everybody.
 * @param {HTMLElement} line
 * @param {Mark[]} marks
 * @param {number} duration seconds
 */
export function drawMarks(line, marks, duration) {
  line.replaceChildren(
    ...lay(marks, duration, line.clientWidth, ROOM).map((mark) => {
      const drawn = document.createElement("span");
      drawn.dataset.kind = mark.kind;
      drawn.dataset.seconds = String(mark.at);
      drawn.title = mark.texts.join("\n");
      drawn.style.left = `${mark.left * 100}%`;
      if (mark.texts.length > 1) drawn.textContent = String(mark.texts.length);
      return drawn;
    }),
  );
}

/**
 * Which of a list's moments is now: the last that came, for a while.
 * @param {number[]} moments in order, milliseconds
 * @param {number} at milliseconds
 * @param {number} [hold] milliseconds
 * @returns {number} its index; -1 for none
 */
export function litAt(moments, at, hold = 20_000) {
  const index = moments.findLastIndex((m) => m <= at + 50);
  return index >= 0 && at - moments[index] < hold ? index : -1;
}

/** In lists marked data-moments, lights the entry (data-moment: milliseconds since 1970) that belongs to what is heard. */
export class Lights {
  #off = new AbortController();
  #tick = NaN;

  constructor() {
    document.addEventListener("recording-position", (event) => this.#light(/** @type {CustomEvent} */ (event).detail.at), { signal: this.#off.signal });
  }

  dispose() {
    this.#off.abort();
  }

  /** @param {number} at */
  #light(at) {
    const tick = Math.floor(at / 200);
    if (tick === this.#tick) return;
    this.#tick = tick;
    for (const list of document.querySelectorAll("[data-moments]")) {
      const entries = [...list.querySelectorAll("[data-moment]")];
      const now = litAt(entries.map((e) => Number(/** @type {HTMLElement} */ (e).dataset.moment)), at);
      entries.forEach((entry, i) => entry.toggleAttribute("data-now", i === now));
      list.closest("details")?.toggleAttribute("data-now", now >= 0);
    }
  }
}
