// @ts-check
// FRED by voice: a LiveKit agent that comes into the room, and mostly does.

/** Whose words an agent's own are, where a participation's id would stand. */
export const AGENT = "agent";

/** From one's own coming into the room; an agent's process takes some seconds to take its job. */
const COMES_WITHIN = 15_000;

const MEANWHILE = "It is sent for again, a few times; meanwhile write to FRED in the sidebar.";

export class FredsVoice {
  #timer = 0;
  #came = false;
  #here = false;
  #late = false;

  /** @param {boolean} expected @param {() => void} changed */
  constructor(expected, changed) {
    this.expected = expected;
    this.changed = changed;
  }

  /** One is in the room, and knows who else is. @param {boolean} here */
  set(here) {
    this.#here = here;
    this.#came ||= here;
    if (this.expected && !this.#timer)
      this.#timer = window.setTimeout(() => {
        this.#late = true;
        this.changed();
      }, COMES_WITHIN);
    this.changed();
  }

  /** @returns {string | null} null: it is here, may still come, or is not expected */
  get words() {
    if (!this.expected || this.#here) return null;
    if (this.#came) return "FRED's voice has left the call. " + MEANWHILE;
    return this.#late ? "FRED's voice has not come. " + MEANWHILE : null;
  }

  close() {
    clearTimeout(this.#timer);
  }
}
