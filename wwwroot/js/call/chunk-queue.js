// @ts-check
// Sends chunks one after the other until the portal has answered for each; again after a drop, under the same number.

/** @typedef {import("./chunk-store.js").StoredChunk} StoredChunk */

const LONGEST_WAIT = 5_000;
/** What a browser lets a page send while it closes, in bytes. */
const EXIT_BUDGET = 60_000;

/** @param {StoredChunk} chunk */
const address = (chunk) => `/api/recordings/tracks/${chunk.trackId}/chunks/${chunk.number}?position=${chunk.position}`;

export class ChunkQueue {
  /** @type {StoredChunk[]} */
  #waiting = [];
  /** @type {Set<string>} tracks that the portal takes nothing more of */
  #refused = new Set();
  #sending = false;
  #wake = () => {};
  /** @type {(() => void)[]} */
  #idle = [];
  sent = 0;
  dropped = 0;

  /**
   * @param {Pick<import("./chunk-store.js").ChunkStore, "put" | "remove" | "all">} store
   * @param {(url: string, init: RequestInit) => Promise<{ ok: boolean, status: number }>} [send]
   */
  constructor(store, send = (url, init) => fetch(url, init)) {
    this.store = store;
    this.fetch = send;
  }

  get waiting() {
    return this.#waiting.length;
  }

  /** What an earlier page could not send any more. */
  async resume() {
    const mine = new Set(this.#waiting.map((c) => `${c.trackId}/${c.number}`));
    this.#waiting.unshift(...(await this.store.all()).filter((c) => !mine.has(`${c.trackId}/${c.number}`)));
    void this.#run();
  }

  /** @param {StoredChunk} chunk */
  add(chunk) {
    if (this.#refused.has(chunk.trackId)) return;
    this.#waiting.push(chunk);
    void this.store.put(chunk);
    void this.#run();
  }

  /** The network is back. */
  retryNow() {
    this.#wake();
  }

  /** Resolves when nothing waits, or after the time given. @param {number} ms */
  async drained(ms) {
    if (!this.#waiting.length) return;
    await Promise.race([new Promise((r) => this.#idle.push(() => r(undefined))), new Promise((r) => setTimeout(r, ms))]);
  }

  /** The page closes: sends what a closing page may; the rest waits in the browser for the next page. */
  flushOnExit() {
    let left = EXIT_BUDGET;
    // The newest have had no chance yet; older ones are mostly on their way.
    for (const chunk of [...this.#waiting].reverse()) {
      left -= chunk.pcm.byteLength;
      if (left < 0) return;
      void this.fetch(address(chunk), { method: "PUT", body: chunk.pcm, headers: { "Content-Type": "application/octet-stream" }, keepalive: true }).catch(() => {});
    }
  }

  async #run() {
    if (this.#sending) return;
    this.#sending = true;
    for (let wait = 250; this.#waiting.length; ) {
      const chunk = this.#waiting[0];
      let status = 0;
      try {
        status = (await this.fetch(address(chunk), { method: "PUT", body: chunk.pcm, headers: { "Content-Type": "application/octet-stream" } })).status;
      } catch {
        // Not reached: again.
      }
      if (status === 0 || status === 401 || status === 429 || status >= 500) {
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, wait);
          this.#wake = () => (clearTimeout(timer), resolve(undefined));
        });
        wait = Math.min(LONGEST_WAIT, wait * 2);
        continue;
      }
      wait = 250;
      if (status === 404 || status === 409) this.#refuse(chunk.trackId);
      else this.#done(chunk, status < 300);
    }
    this.#sending = false;
    this.#idle.splice(0).forEach((f) => f());
  }

  /** @param {string} trackId */
  #refuse(trackId) {
    this.#refused.add(trackId);
    for (const chunk of this.#waiting.filter((c) => c.trackId === trackId)) this.#done(chunk, false);
  }

  /** @param {StoredChunk} chunk @param {boolean} taken */
  #done(chunk, taken) {
    this.#waiting.splice(this.#waiting.indexOf(chunk), 1);
    void this.store.remove(chunk.trackId, chunk.number);
    if (taken) this.sent++;
    else this.dropped++;
  }
}
