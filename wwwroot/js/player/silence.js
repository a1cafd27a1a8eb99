// @ts-check
/**
 * Where nobody speaks, for a listener who wants to get on. Both witnesses must say so, where there are both: the outline
 * of the sound is quiet, and no turn of the transcript lies there.
 *
 * @typedef {{ from: number, to: number }} Span seconds
 */

/** Shorter silences are part of talking. Seconds. */
export const SHORTEST = 2;

/** What is left of a silence at either end, so that no word is cut. Seconds. */
export const MARGIN = 0.4;

/** Quiet is what stays below this part of the loudest; noise may raise it to the second. */
const [QUIET, NOISY] = [0.04, 0.12];

/**
 * The silences, as they are to be jumped over: from the margin after the last word to the margin before the next.
 * @param {{ peaks: number[], duration: number, voices: number[] }} recording peaks over the whole duration (seconds), any
 *   scale; voices in threes: from, to (seconds), who
 * @returns {Span[]} in order
 */
export function silences({ peaks, duration, voices }) {
  if (peaks.length === 0 && voices.length === 0) return [];
  const quiet = peaks.length > 0 ? quietSpans(peaks, duration) : [{ from: 0, to: duration }];
  return without(quiet, voices)
    .filter((span) => span.to - span.from >= SHORTEST)
    .map((span) => ({ from: span.from === 0 ? 0 : span.from + MARGIN, to: span.to >= duration ? duration : span.to - MARGIN }));
}

/** @param {number[]} peaks @param {number} duration @returns {Span[]} */
function quietSpans(peaks, duration) {
  const sorted = [...peaks].sort((a, b) => a - b);
  const loudest = sorted[sorted.length - 1];
  // A room is never quite still: twice its noise, found where it is stillest, still is no voice.
  const noise = sorted[Math.floor(sorted.length / 20)];
  const limit = Math.max(loudest * QUIET, Math.min(noise * 2, loudest * NOISY));
  const step = duration / peaks.length;
  /** @type {Span[]} */
  const spans = [];
  let from = -1;
  for (let i = 0; i <= peaks.length; i++) {
    const isQuiet = i < peaks.length && peaks[i] <= limit;
    if (isQuiet && from < 0) from = i;
    if (!isQuiet && from >= 0) {
      spans.push({ from: from * step, to: i === peaks.length ? duration : i * step });
      from = -1;
    }
  }
  return spans;
}

/** @param {Span[]} spans @param {number[]} voices @returns {Span[]} what of the spans no voice covers */
function without(spans, voices) {
  let left = spans;
  for (let i = 0; i < voices.length; i += 3) {
    const [from, to] = [voices[i], voices[i + 1]];
    left = left.flatMap((s) => (to <= s.from || from >= s.to ? [s] : [{ from: s.from, to: from }, { from: to, to: s.to }].filter((p) => p.to > p.from)));
  }
  return left;
}

/**
 * @param {Span[]} spans @param {number} at seconds
 * @returns {number | null} where to go on; null where somebody speaks, or so near to the end that a jump gains nothing
 */
export function jumpFrom(spans, at) {
  const span = spans.find((s) => at >= s.from && at < s.to - 0.3);
  return span ? span.to : null;
}
