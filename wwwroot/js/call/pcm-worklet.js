// @ts-check
// Runs on the audio thread: the microphone at the device's own rate becomes 16-bit mono PCM at the recording's rate, in
// frames of 100 ms. One file without imports, because not every browser takes imports here.

/** @param {number} a @param {number} b @returns {number} */
const gcd = (a, b) => (b ? gcd(b, a % b) : a);

/** A windowed-sinc resampler for any pair of whole rates; keeps its place between calls and adds no shift in time. */
export class Resampler {
  /** @param {number} from Hz @param {number} to Hz */
  constructor(from, to) {
    const common = gcd(from, to);
    this.up = to / common;
    this.down = from / common;
    const ratio = Math.min(1, to / from);
    // Just under the lower of the two Nyquist rates, so that nothing folds back.
    const cutoff = ratio * 0.94;
    this.half = Math.ceil(24 / ratio);
    /** One set of taps for each place between two input samples at which an output sample can lie. */
    this.phases = Array.from({ length: this.up }, (_, p) => taps(this.half, p / this.up, cutoff));
    /** Input not used up yet; begins with the silence before the first sample. */
    this.input = new Float32Array(this.half);
    /** Of the next output: its place in `input`, whole and phase. */
    this.at = this.half;
    this.phase = 0;
  }

  /** @param {Float32Array} block @returns {Float32Array} */
  push(block) {
    const input = new Float32Array(this.input.length + block.length);
    input.set(this.input);
    input.set(block, this.input.length);
    const out = [];
    for (; this.at + this.half < input.length; this.#advance()) {
      const h = this.phases[this.phase];
      let sum = 0;
      for (let k = 0, i = this.at - this.half + 1; k < h.length; k++, i++) sum += h[k] * input[i];
      out.push(sum);
    }
    const used = Math.max(0, Math.min(this.at - this.half, input.length));
    this.input = input.subarray(used).slice();
    this.at -= used;
    return Float32Array.from(out);
  }

  #advance() {
    this.phase += this.down;
    this.at += Math.floor(this.phase / this.up);
    this.phase %= this.up;
  }
}

/** @param {number} half @param {number} fraction @param {number} cutoff of the input's Nyquist rate, 0 to 1 */
function taps(half, fraction, cutoff) {
  const h = new Float32Array(2 * half);
  let sum = 0;
  for (let k = 0; k < h.length; k++) {
    const x = k - half + 1 - fraction;
    const w = x / half;
    const window = Math.abs(w) >= 1 ? 0 : 0.42 + 0.5 * Math.cos(Math.PI * w) + 0.08 * Math.cos(2 * Math.PI * w);
    h[k] = (x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x)) * window;
    sum += h[k];
  }
  return h.map((v) => v / sum);
}

/** @param {number} sample -1 to 1 @returns {number} 16-bit, clipped rather than wrapped */
export const toInt16 = (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767);

const SILENCE = new Float32Array(128);

// @ts-ignore: these names are the audio thread's own.
class Pcm extends AudioWorkletProcessor {
  /** @param {{ processorOptions: { rate: number } }} options */
  constructor(options) {
    super();
    const { rate } = options.processorOptions;
    // @ts-ignore
    this.resampler = new Resampler(sampleRate, rate);
    this.frame = new Int16Array(rate / 10);
    this.filled = 0;
    this.running = true;
    // @ts-ignore
    this.port.onmessage = () => {
      this.emit();
      // @ts-ignore
      this.port.postMessage("end");
      this.running = false;
    };
  }

  emit() {
    if (!this.filled) return;
    const pcm = this.frame.slice(0, this.filled);
    this.filled = 0;
    // @ts-ignore
    this.port.postMessage(pcm.buffer, [pcm.buffer]);
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    // With no microphone connected for a moment time goes on all the same.
    for (const sample of this.resampler.push(inputs[0][0] ?? SILENCE)) {
      this.frame[this.filled++] = toInt16(sample);
      if (this.filled === this.frame.length) this.emit();
    }
    return this.running;
  }
}
// @ts-ignore
registerProcessor("pcm", Pcm);
