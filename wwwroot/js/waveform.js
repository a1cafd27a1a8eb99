// @ts-check

/** Who speaks, as bits: the coach stands above the line, the founder below it, any other voice on both sides. */
const [COACH, FOUNDER, OTHER] = [1, 2, 4];

/** The outline of a recording on a canvas: who spoke when, what was played, and hatched what was not recorded. */
export class Waveform {
  #canvas;
  #duration;
  #gaps;
  /** @type {number[]} */
  #peaks = [];
  /** @type {number[]} */
  #voices = [];
  /** @type {number[]} */
  #hits = [];
  #hit = NaN;
  /** Who speaks at each bar of the width that it was reckoned for. @type {Uint8Array} */
  #who = new Uint8Array(0);
  #at = 0;
  #resized;
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #redraw = () => this.draw(this.#at, true);
  #drawn = "";

  /**
   * @param {HTMLCanvasElement} canvas its CSS says the colours: color played, caret-color to come, outline-color not recorded,
   *   border-top-color the coach, border-bottom-color the founder, border-left-color another voice, border-right-color what was searched for
   * @param {number} duration seconds
   * @param {{from: number, to: number}[]} gaps seconds
   */
  constructor(canvas, duration, gaps) {
    this.#canvas = canvas;
    this.#duration = Math.max(duration, 0.001);
    this.#gaps = gaps;
    this.#resized = new ResizeObserver(this.#redraw);
    this.#resized.observe(canvas);
    this.#scheme.addEventListener("change", this.#redraw);
  }

  /**
   * @param {string} url of a JSON array of numbers from 0 to 1
   * @param {AbortSignal} signal
   * @returns {Promise<number[]>} none when it did not come
   */
  async load(url, signal) {
    try {
      const response = await fetch(url, { signal });
      if (!response.ok) return [];
      const peaks = /** @type {number[]} */ (await response.json());
      // Drawn as loud as its loudest part: the mix of two voices is quiet.
      const loudest = peaks.reduce((most, p) => Math.max(most, p), 0.02);
      this.#peaks = peaks.map((p) => p / loudest);
      this.#redraw();
      return peaks;
    } catch {
      return []; // without the outline the bar still seeks
    }
  }

  /** @param {number[]} voices in threes: from, to (seconds), who: 0 coach, 1 founder, 2 another */
  show(voices) {
    this.#voices = voices;
    this.#who = new Uint8Array(0);
    this.#redraw();
  }

  /**
   * Where what was searched for is said.
   * @param {number[]} hits seconds
   * @param {number} hit the one that is looked at; NaN for none
   */
  find(hits, hit) {
    this.#hits = hits;
    this.#hit = hit;
    this.#redraw();
  }

  /**
   * @param {number} at seconds played
   * @param {boolean} [always]
   */
  draw(at, always = false) {
    this.#at = at;
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const x = Math.round((at / this.#duration) * width * scale);
    const key = `${x} ${width} ${height} ${scale}`;
    const context = this.#canvas.getContext("2d");
    if (!context || !width || (!always && key === this.#drawn)) return;
    this.#drawn = key;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    context.scale(scale, scale);
    const { color, caretColor, outlineColor, borderTopColor, borderBottomColor, borderLeftColor, borderRightColor } = getComputedStyle(this.#canvas);
    this.#bars(context, width, height, (at / this.#duration) * width, [color, caretColor], [borderTopColor, borderBottomColor, borderLeftColor]);
    for (const gap of this.#gaps) this.#hatch(context, (gap.from / this.#duration) * width, (gap.to / this.#duration) * width, height, outlineColor);
    context.fillStyle = borderRightColor;
    const place = (/** @type {number} */ hit) => Math.min((hit / this.#duration) * width, width - 2);
    // A word that is said all the time is one line of marks, not thousands on top of each other.
    for (const left of new Set(this.#hits.map((hit) => Math.round(place(hit))))) context.fillRect(left, 0, 2, 10);
    if (this.#hits.includes(this.#hit)) context.fillRect(place(this.#hit) - 1, 0, 4, height);
    context.fillStyle = color;
    context.fillRect(Math.min(x / scale, width - 2), 0, 2, height);
  }

  dispose() {
    this.#resized.disconnect();
    this.#scheme.removeEventListener("change", this.#redraw);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   * @param {number} played
   * @param {[string, string]} plain colours where nobody is known to speak: played, to come
   * @param {[string, string, string]} voices colours of the coach, the founder, another
   */
  #bars(context, width, height, played, plain, voices) {
    const step = 3;
    const count = Math.floor(width / step);
    if (this.#who.length !== count) this.#who = whoSpeaks(this.#voices, this.#duration, count);
    const middle = height / 2;
    for (let i = 0; i < count; i++) {
      const [from, to] = [Math.floor((i * this.#peaks.length) / count), Math.max(1, Math.floor(((i + 1) * this.#peaks.length) / count))];
      const peak = this.#peaks.length ? Math.max(...this.#peaks.slice(Math.min(from, this.#peaks.length - 1), Math.max(to, from + 1))) : 0;
      const half = Math.max(1, (peak * (height - 4)) / 2);
      const who = this.#who[i];
      const isPlayed = i * step < played;
      context.globalAlpha = who === 0 || isPlayed ? 1 : 0.5;
      const above = who & COACH ? voices[0] : who & OTHER ? voices[2] : null;
      const below = who & FOUNDER ? voices[1] : who & OTHER ? voices[2] : null;
      context.fillStyle = above ?? plain[isPlayed && who === 0 ? 0 : 1];
      context.fillRect(i * step, above || !who ? middle - half : middle - 1, 2, above || !who ? half : 1);
      context.fillStyle = below ?? plain[isPlayed && who === 0 ? 0 : 1];
      context.fillRect(i * step, middle, 2, below || !who ? half : 1);
    }
    context.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} from
   * @param {number} to
   * @param {number} height
   * @param {string} color
   */
  #hatch(context, from, to, height, color) {
    const width = Math.max(to - from, 4);
    context.save();
    context.beginPath();
    context.rect(from, 0, width, height);
    context.clip();
    context.clearRect(from, 0, width, height);
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.globalAlpha = 0.6;
    for (let x = from - height; x < from + width; x += 6) {
      context.beginPath();
      context.moveTo(x, height);
      context.lineTo(x + height, 0);
      context.stroke();
    }
    const label = "not recorded";
    context.font = "500 12px Inter, sans-serif";
    const text = context.measureText(label).width;
    if (width > text + 16) {
      const left = from + (width - text) / 2;
      context.clearRect(left - 6, height / 2 - 11, text + 12, 22);
      context.globalAlpha = 1;
      context.fillStyle = color;
      context.textBaseline = "middle";
      context.fillText(label, left, height / 2);
    }
    context.restore();
  }
}

/**
 * @param {number[]} voices in threes: from, to (seconds), who
 * @param {number} duration seconds
 * @param {number} count of equal stretches
 * @returns {Uint8Array} who speaks in each, as bits
 */
export function whoSpeaks(voices, duration, count) {
  const who = new Uint8Array(count);
  for (let i = 0; i < voices.length; i += 3) {
    const first = Math.max(0, Math.floor((voices[i] / duration) * count));
    const last = Math.min(count - 1, Math.max(first, Math.ceil((voices[i + 1] / duration) * count) - 1));
    for (let bar = first; bar <= last; bar++) who[bar] |= [COACH, FOUNDER, OTHER][voices[i + 2]];
  }
  return who;
}
