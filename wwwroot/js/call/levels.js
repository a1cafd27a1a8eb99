// @ts-check
// While LiveKit records, says how loud this person's microphone is: the outline that the player draws afterwards.

const STEP = 100;
const SEND_EVERY = 5_000;
/** As many as the portal takes at once. */
const MOST = 600;

export class LevelSampler {
  #timer = 0;
  #startedAt = 0;
  /** @type {number[]} */
  #levels = [];

  /** @param {() => number} read 0 to 1 @param {() => number} now the portal's clock, ms @param {(startedAt: string, levels: string) => void} send base64 */
  constructor(read, now, send) {
    this.read = read;
    this.now = now;
    this.send = send;
  }

  /** @param {boolean} on */
  follow(on) {
    if (on === (this.#timer !== 0)) return;
    if (on) {
      this.#startedAt = this.now();
      this.#timer = window.setInterval(() => this.sample(), STEP);
      return;
    }
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#flush();
  }

  /** A page in the background is given a second between two looks: what lies between is as it is now. */
  sample() {
    const due = Math.floor((this.now() - this.#startedAt) / STEP) - this.#levels.length;
    const level = Math.round(Math.min(1, Math.max(0, this.read())) * 255);
    for (let i = 0; i < Math.min(due, MOST - this.#levels.length); i++) this.#levels.push(level);
    if (this.#levels.length * STEP >= SEND_EVERY) this.#flush();
  }

  #flush() {
    if (this.#levels.length > 0) this.send(new Date(this.#startedAt).toISOString(), btoa(String.fromCharCode(...this.#levels)));
    this.#startedAt = this.now();
    this.#levels = [];
  }
}
