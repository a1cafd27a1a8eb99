// @ts-check
// How good each connection is, from the browser's own counts, every five seconds.

const EVERY = 5_000;

/**
 * @typedef {object} QualityWord
 * @property {"good" | "fair" | "poor"} level
 * @property {string} word
 * @property {string | null} warn said once when it turns poor
 * @property {number} rttMs round trip of the last measurement
 * @property {number} lossPercent packets lost of those expected since the last measurement
 */

/**
 * Good: under 250 ms and under 3 % lost. Poor: over 500 ms or over 10 % lost. Fair: between.
 * @param {number} rttMs @param {number} lossPercent @returns {"good" | "fair" | "poor"}
 */
export const judge = (rttMs, lossPercent) => (rttMs > 500 || lossPercent > 10 ? "poor" : rttMs > 250 || lossPercent > 3 ? "fair" : "good");

export class Quality {
  /** @type {Map<string, { lost: number, received: number, level: string, poor: number }>} */
  #last = new Map();
  #timer = 0;

  /**
   * @param {{ stats: () => Promise<{ participationId: string, report: Iterable<any> }[]> }} transport
   * @param {(participationId: string, quality: QualityWord) => void} tell
   */
  constructor(transport, tell) {
    this.transport = transport;
    this.tell = tell;
    this.#timer = window.setInterval(() => void this.measure(), EVERY);
  }

  close() {
    clearInterval(this.#timer);
  }

  async measure() {
    for (const { participationId, report } of await this.transport.stats()) {
      let [lost, received, rtt] = [0, 0, 0];
      for (const s of report) {
        if (s.type === "inbound-rtp") [lost, received] = [lost + (s.packetsLost ?? 0), received + (s.packetsReceived ?? 0)];
        if (s.type === "candidate-pair" && s.nominated && s.state === "succeeded") rtt = (s.currentRoundTripTime ?? 0) * 1000;
      }
      const before = this.#last.get(participationId);
      const [newLost, newReceived] = [Math.max(0, lost - (before?.lost ?? 0)), Math.max(0, received - (before?.received ?? 0))];
      const lossPercent = newLost + newReceived ? (100 * newLost) / (newLost + newReceived) : 0;
      const level = judge(rtt, lossPercent);
      // One bad measurement is a hiccup, two are a poor connection.
      const poor = level === "poor" ? (before?.poor ?? 0) + 1 : 0;
      this.#last.set(participationId, { lost, received, level, poor });
      this.tell(participationId, {
        level,
        word: { good: "Good connection", fair: "Fair connection", poor: "Poor connection" }[level],
        warn: poor === 2 ? "The connection is poor. Turning the camera off helps the sound." : null,
        rttMs: rtt,
        lossPercent,
      });
    }
  }
}
