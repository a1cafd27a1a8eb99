// @ts-check
// How good each connection is, from the browser's own counts.

const EVERY = 5_000;

/**
 * What came in from one other person since the last look; null where the browser's counts do not say.
 * @typedef {object} Reading
 * @property {number | null} rttMs round trip
 * @property {number | null} loss packets lost of those expected, 0 to 1
 * @property {number | null} jitterMs
 */

/** Reads the browser's counts, which run from a stream's start, as what happened since the last look. */
export class Meter {
  /** @type {Map<string, { lost: number, received: number }>} by person and stream */
  #before = new Map();

  /** @param {{ participationId: string, report: Iterable<any> }[]} peers @returns {Map<string, Reading>} by person */
  read(peers) {
    const seen = new Map();
    const readings = new Map();
    for (const { participationId, report } of peers) {
      const all = [...report];
      /** @type {Record<string, { lost: number, expected: number, jitterMs: number | null }>} */
      const kinds = { audio: { lost: 0, expected: 0, jitterMs: null }, video: { lost: 0, expected: 0, jitterMs: null } };
      for (const s of all) {
        const of = s.type === "inbound-rtp" ? kinds[s.kind ?? s.mediaType] : undefined;
        if (!of) continue;
        const key = `${participationId}/${s.id}/${s.ssrc}`;
        const now = { lost: s.packetsLost ?? 0, received: s.packetsReceived ?? 0 };
        const before = this.#before.get(key) ?? { lost: 0, received: 0 };
        seen.set(key, now);
        // What comes twice counts as less than lost.
        const [lost, received] = [Math.max(0, now.lost - before.lost), Math.max(0, now.received - before.received)];
        of.lost += lost;
        of.expected += lost + received;
        if (received > 0 && typeof s.jitter === "number") of.jitterMs = Math.max(of.jitterMs ?? 0, s.jitter * 1000);
      }
      // The sound is what a call lives by; pictures stand in while none comes.
      const { lost, expected, jitterMs } = kinds.audio.expected > 0 ? kinds.audio : kinds.video;
      readings.set(participationId, { rttMs: roundTrip(all), loss: expected > 0 ? lost / expected : null, jitterMs });
    }
    this.#before = seen;
    return readings;
  }
}

/** @param {any[]} report @returns {number | null} ms */
function roundTrip(report) {
  const transport = report.find((s) => s.type === "transport" && s.selectedCandidatePairId);
  const pairs = report.filter((s) => s.type === "candidate-pair" && typeof s.currentRoundTripTime === "number");
  const pair = pairs.find((s) => s.id === transport?.selectedCandidatePairId) ?? pairs.find((s) => s.nominated && s.state === "succeeded");
  const seconds = pair?.currentRoundTripTime ?? report.find((s) => s.type === "remote-inbound-rtp" && typeof s.roundTripTime === "number")?.roundTripTime;
  return typeof seconds === "number" ? seconds * 1000 : null;
}

/**
 * The portal's own score: see Domain/ConnectionScore.cs, which has its reasons and its words.
 * @param {Reading} reading @returns {number} 0 to 100
 */
export function scoreOf({ rttMs, loss, jitterMs }) {
  const delay = (rttMs ?? 0) / 2 + 2 * (jitterMs ?? 0) + 10;
  const left = 93.2 - (delay < 160 ? delay / 40 : (delay - 120) / 10) - 400 * (loss ?? 0);
  return Math.round((100 * Math.max(0, left)) / 93.2);
}

/** @typedef {{ level: "good" | "fair" | "poor", word: string }} QualityWord a badge's, for each of the others */

/** @param {number} score @returns {QualityWord} */
export const wordOf = (score) => (score >= 80 ? { level: "good", word: "Good connection" } : score >= 60 ? { level: "fair", word: "Fair connection" } : { level: "poor", word: "Poor connection" });

/** Tells each five seconds how well each of the others comes through. */
export class Quality {
  #meter = new Meter();
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
    for (const [participationId, reading] of this.#meter.read(await this.transport.stats())) this.tell(participationId, wordOf(scoreOf(reading)));
  }
}
