// @ts-check
// Measures this person's connection every five seconds, sends what it measured to the portal, and warns while the portal
// scores it as poor. Whatever fails in here is let go: the call does not need it.
import { Meter } from "./quality.js";

const EVERY = 5_000;
/** Waiting to be sent: ten minutes. */
const MOST_WAITING = 120;
/** As many as the portal takes at once. */
const MOST_AT_ONCE = 60;
const MOST_REFUSALS = 3;
const [POOR_TO_WARN, WELL_TO_STOP] = [2, 3];
const LONGEST_MS = 60_000;

/** @typedef {{ at: string, rttMs: number | null, loss: number, jitterMs: number }} Sample */
/** @typedef {{ score: number, level: "good" | "fair" | "poor" }} Score score: 0 to 100, by the portal's formula */
/** @typedef {{ scores: Score[], isFull: boolean }} Answer */

/** One poor measurement is a hiccup: a warning comes with the second in a row, and goes with the third that is not. */
export class Warning {
  #poor = 0;
  #well = 0;
  shown = false;

  /** @param {"good" | "fair" | "poor"} level @returns {boolean} whether to warn now */
  add(level) {
    if (level === "poor") [this.#poor, this.#well] = [this.#poor + 1, 0];
    else [this.#poor, this.#well] = [0, this.#well + 1];
    if (this.#poor >= POOR_TO_WARN) this.shown = true;
    if (this.#well >= WELL_TO_STOP) this.shown = false;
    return this.shown;
  }
}

/** @param {boolean} cameraIsOn */
export const warningWords = (cameraIsOn) =>
  `Your connection is poor: words may get lost. ${cameraIsOn ? "Turning your camera off helps the sound most. Or move" : "Move"} nearer to the Wi-Fi, use a cable, or stop what else loads something.`;

/**
 * The worst of what comes in, and null while nothing does: alone in the call, or all the others muted.
 * @param {Iterable<import("./quality.js").Reading>} readings @param {number} now ms @returns {Sample | null}
 */
export function sampleOf(readings, now) {
  const heard = [...readings].filter((r) => r.loss !== null);
  if (heard.length === 0) return null;
  const worst = (/** @type {(number | null)[]} */ values) => values.reduce((a, b) => (b === null ? a : Math.max(a ?? 0, b)), null);
  const tenths = (/** @type {number | null} */ ms) => (ms === null || !Number.isFinite(ms) ? null : Math.round(10 * Math.min(LONGEST_MS, Math.max(0, ms))) / 10);
  return {
    at: new Date(now).toISOString(),
    rttMs: tenths(worst(heard.map((r) => r.rttMs))),
    loss: Math.round(1e4 * Math.min(1, /** @type {number} */ (worst(heard.map((r) => r.loss))))) / 1e4,
    jitterMs: tenths(worst(heard.map((r) => r.jitterMs))) ?? 0,
  };
}

export class QualityWatch {
  #meter = new Meter();
  #warning = new Warning();
  /** @type {Sample[]} */
  #waiting = [];
  #timer = 0;
  #busy = false;
  #refusals = 0;
  #silent = 0;
  #isFull = false;

  /**
   * @param {object} options
   * @param {() => Promise<{ participationId: string, report: Iterable<any> }[]>} options.stats
   * @param {() => number} options.now the portal's clock, ms
   * @param {(samples: Sample[]) => Promise<Answer | null>} options.send null: the line is down, send it again later; throws when refused
   * @param {(poor: boolean) => void} options.warn
   * @param {(score: Score | null) => void} options.tell the newest; null when there has been nothing to measure for a while
   */
  constructor(options) {
    this.options = options;
  }

  start() {
    this.#timer ||= window.setInterval(() => void this.measure(), EVERY);
  }

  close() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  get waiting() {
    return this.#waiting.length;
  }

  async measure() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const sample = sampleOf(this.#meter.read(await this.options.stats()).values(), this.options.now());
      if (sample) this.#waiting = [...this.#waiting, sample].slice(-MOST_WAITING);
      // Nobody to be heard any more: that is not for this warning to say.
      this.#silent = sample ? 0 : this.#silent + 1;
      if (this.#silent >= WELL_TO_STOP) {
        this.#judge(["good", "good", "good"]);
        this.options.tell(null);
      }
      await this.#send();
    } catch (e) {
      console.debug("call: measuring the connection", e);
    } finally {
      this.#busy = false;
    }
  }

  async #send() {
    while (this.#waiting.length > 0) {
      // Nothing more is kept of this participation: the newest is scored for the warning alone.
      if (this.#isFull) this.#waiting = this.#waiting.slice(-1);
      const batch = this.#waiting.slice(0, MOST_AT_ONCE);
      let answer;
      try {
        answer = await this.options.send(batch);
      } catch (e) {
        if (++this.#refusals < MOST_REFUSALS) return;
        this.#refusals = 0;
        this.#waiting.splice(0, batch.length);
        throw e;
      }
      if (!answer) return;
      this.#refusals = 0;
      this.#waiting.splice(0, batch.length);
      this.#isFull = answer.isFull;
      this.#judge(answer.scores.map((s) => s.level));
      this.options.tell(answer.scores.at(-1) ?? null);
    }
  }

  /** @param {("good" | "fair" | "poor")[]} levels in order */
  #judge(levels) {
    const before = this.#warning.shown;
    for (const level of levels) this.#warning.add(level);
    if (this.#warning.shown !== before) this.options.warn(this.#warning.shown);
  }
}
