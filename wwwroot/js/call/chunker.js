// @ts-check

/** @typedef {{ position: number, pcm: Int16Array }} Chunk */

/** A frame later than this, in seconds, is held until it is clear whether it came late or time was lost. */
const LATE = 0.25;
/** Late frames for so long, in ms: time was lost (the machine slept). A busy thread gets them all at once instead. */
const LOST_AFTER = 900;
const ANCHOR_EVERY = 60_000;
/** The last so many ms before an anchor are looked at; of them the frame that was least delayed counts. */
const ANCHOR_WINDOW = 5_000;
/** Drift below this, in seconds, is left alone. */
const TOLERANCE = 0.01;

/**
 * Groups frames of 100 ms into chunks of a second, each at its place on the track's own clock. The device's clock runs
 * a little fast or slow: once a minute the place is set anew by the server's clock; what is missing is a gap, which is
 * silence. Muted frames are gaps too.
 */
export class Chunker {
  #position = 0;
  /** @type {Int16Array[]} */
  #frames = [];
  #length = 0;
  /** @type {{ frame: Int16Array, lag: number }[]} */
  #held = [];
  #heldSince = 0;
  #leastLag = Infinity;
  #anchorAt;
  #drop = 0;

  /**
   * @param {number} rate Hz
   * @param {number} startedAt of the first sample, server's clock, ms
   * @param {(chunk: Chunk) => void} emit
   */
  constructor(rate, startedAt, emit) {
    this.rate = rate;
    this.startedAt = startedAt;
    this.emit = emit;
    this.#anchorAt = startedAt + ANCHOR_EVERY;
  }

  /** @param {Int16Array} frame @param {number} now its last sample's moment, server's clock, ms @param {boolean} muted */
  add(frame, now, muted) {
    const heldSamples = this.#held.reduce((n, h) => n + h.frame.length, 0);
    const lag = ((now - this.startedAt) * this.rate) / 1000 - frame.length - this.#position - this.#length - heldSamples + this.#drop;
    if (lag > LATE * this.rate) {
      if (!this.#held.length) this.#heldSince = now;
      this.#held.push({ frame: muted ? frame.map(() => 0) : frame, lag });
      if (now - this.#heldSince < LOST_AFTER) return;
      this.#moveBy(Math.min(...this.#held.map((h) => h.lag)));
      this.#release();
      return;
    }
    this.#release();
    if (now >= this.#anchorAt - ANCHOR_WINDOW) this.#leastLag = Math.min(this.#leastLag, lag);
    if (now >= this.#anchorAt) this.#anchor(now);
    this.#put(frame, muted);
  }

  /** Ends the chunk that is being filled. */
  flush() {
    this.#release();
    if (!this.#length) return;
    const pcm = new Int16Array(this.#length);
    let at = 0;
    for (const frame of this.#frames) {
      pcm.set(frame, at);
      at += frame.length;
    }
    this.emit({ position: this.#position, pcm });
    this.#position += this.#length;
    this.#frames = [];
    this.#length = 0;
  }

  #release() {
    for (const { frame } of this.#held.splice(0)) this.#put(frame, false);
  }

  /** @param {number} now */
  #anchor(now) {
    if (Math.abs(this.#leastLag) > TOLERANCE * this.rate) this.#moveBy(this.#leastLag);
    this.#leastLag = Infinity;
    this.#anchorAt = now + ANCHOR_EVERY;
  }

  /** @param {number} samples forward leaves a gap, backward drops what comes next */
  #moveBy(samples) {
    const whole = Math.round(samples);
    if (whole < 0) {
      this.#drop += -whole;
      return;
    }
    const held = this.#held;
    this.#held = [];
    this.flush();
    this.#held = held;
    this.#position += whole;
  }

  /** @param {Int16Array} frame @param {boolean} muted */
  #put(frame, muted) {
    if (this.#drop) {
      const n = Math.min(this.#drop, frame.length);
      this.#drop -= n;
      frame = frame.subarray(n);
      if (!frame.length) return;
    }
    if (muted) {
      const held = this.#held;
      this.#held = [];
      this.flush();
      this.#held = held;
      this.#position += frame.length;
      return;
    }
    this.#frames.push(frame);
    this.#length += frame.length;
    if (this.#length >= this.rate) this.flush();
  }
}
