// @ts-check
// What was said to its end and is not yet with the portal. It goes in the order in which it was said, one after another,
// and again until it is there: a line that is away comes back. (Turns are made of it by its times, whatever the order.)

/** Some twenty minutes of talk. */
const MOST = 300;
/** When the line is there and the portal cannot take it: it has too much to do, or its database is away. */
const AGAIN = 1_000;
/** How long leaving is held up. */
const LAST = 20_000;

/** @typedef {{ caption: object, ofFred: boolean }} Waiting */

export class Unsent {
  /** @type {Waiting[]} */
  waiting = [];
  /** @type {Promise<void> | null} */
  #working = null;
  #closed = false;
  #told = false;
  #wake = (/** @type {boolean} */ _back) => {};

  /**
   * @param {(caption: object, ofFred: boolean) => Promise<string | null>} send answers why it is never kept, or null; fails when it may be later
   * @param {(words: string) => void} lost
   */
  constructor(send, lost) {
    this.send = send;
    this.lost = lost;
  }

  /** @param {object} caption @param {boolean} [ofFred] */
  add(caption, ofFred = false) {
    this.waiting.push({ caption, ofFred });
    if (this.waiting.length > MOST) {
      this.waiting.shift();
      if (!this.#told) this.lost("The portal has been away for so long that the first of what you said since is not written down.");
      this.#told = true;
    }
    this.#working ??= this.#work();
  }

  /** The line is there again. */
  again() {
    this.#wake(true);
  }

  /** Resolves when all is there, or does not come there in time. */
  async finish() {
    let timer;
    await Promise.race([this.#working, new Promise((done) => (timer = setTimeout(done, LAST)))]);
    clearTimeout(timer);
  }

  close() {
    this.#closed = true;
    this.#wake(false);
  }

  async #work() {
    while (this.waiting.length && !this.#closed) {
      for (const next of [...this.waiting]) {
        if (this.#closed) return;
        try {
          await this.send(next.caption, next.ofFred);
          this.waiting = this.waiting.filter((one) => one !== next);
        } catch {
          // One that cannot be taken holds up no other; after a break it is the first again.
          if (await this.#pause()) break;
        }
      }
    }
    this.#working = null;
    this.#told = false;
  }

  /** @returns {Promise<boolean>} whether the line has come back */
  async #pause() {
    let timer;
    const back = await new Promise((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, AGAIN, false);
    });
    clearTimeout(timer);
    return back;
  }
}
