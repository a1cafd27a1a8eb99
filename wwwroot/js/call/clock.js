// @ts-check

/** Of so many last measurements the quickest count: a slow answer says little about the middle of its way. */
const KEPT = 24;
const QUICKEST = 3;

/** The server's clock as seen from here. */
export class ServerClock {
  /** @type {{ offset: number, trip: number }[]} */
  #measured = [];

  /** @param {number} [first] the server's time now in ms, roughly: it stands until something better is measured */
  constructor(first) {
    this.offset = first ? first - Date.now() : 0;
  }

  /** @param {number} sent @param {number} received both by this machine @param {number} server ms */
  add(sent, received, server) {
    this.#measured = [...this.#measured, { offset: server - (sent + received) / 2, trip: received - sent }].slice(-KEPT);
    const quickest = [...this.#measured].sort((a, b) => a.trip - b.trip).slice(0, QUICKEST).map((m) => m.offset).sort((a, b) => a - b);
    /** ms to add to this machine's clock: the middle of the quickest. */
    this.offset = quickest[quickest.length >> 1];
  }

  now() {
    return Date.now() + this.offset;
  }
}
