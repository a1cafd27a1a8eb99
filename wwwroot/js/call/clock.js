// @ts-check

/** The server's clock as seen from here: the middle of the last measurements, so that one slow answer does not count. */
export class ServerClock {
  /** @type {number[]} */
  #offsets = [];

  /** @param {number} [first] the server's time now in ms, roughly */
  constructor(first) {
    if (first) this.#offsets.push(first - Date.now());
  }

  /** @param {number} sent @param {number} received both by this machine @param {number} server ms */
  add(sent, received, server) {
    if (this.#rough) this.#offsets = [];
    this.#rough = false;
    this.#offsets = [...this.#offsets, server - (sent + received) / 2].slice(-9);
  }

  #rough = true;

  /** ms to add to this machine's clock */
  get offset() {
    const sorted = [...this.#offsets].sort((a, b) => a - b);
    return sorted.length ? sorted[sorted.length >> 1] : 0;
  }

  now() {
    return Date.now() + this.offset;
  }
}
