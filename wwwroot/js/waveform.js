// @ts-check

/** The outline of a recording on a canvas: what was played, what is to come, and hatched what was not recorded. */
export class Waveform {
  #canvas;
  #duration;
  #gaps;
  /** @type {number[]} */
  #peaks = [];
  #at = 0;
  #resized;
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #redraw = () => this.draw(this.#at, true);
  #drawn = "";

  /**
   * @param {HTMLCanvasElement} canvas its CSS says the colours: color for played, caret-color to come, outline-color not recorded
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
   */
  async load(url, signal) {
    try {
      const response = await fetch(url, { signal });
      if (!response.ok) return;
      const peaks = /** @type {number[]} */ (await response.json());
      // Drawn as loud as its loudest part: the mix of two voices is quiet.
      const loudest = Math.max(0.02, ...peaks);
      this.#peaks = peaks.map((p) => p / loudest);
      this.#redraw();
    } catch {
      // Without the outline the bar still seeks.
    }
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
    const { color, caretColor, outlineColor } = getComputedStyle(this.#canvas);
    this.#bars(context, width, height, (at / this.#duration) * width, color, caretColor);
    for (const gap of this.#gaps) this.#hatch(context, (gap.from / this.#duration) * width, (gap.to / this.#duration) * width, height, outlineColor);
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
   * @param {string} before
   * @param {string} after
   */
  #bars(context, width, height, played, before, after) {
    const step = 3;
    const count = Math.floor(width / step);
    for (let i = 0; i < count; i++) {
      const [from, to] = [Math.floor((i * this.#peaks.length) / count), Math.max(1, Math.floor(((i + 1) * this.#peaks.length) / count))];
      const peak = this.#peaks.length ? Math.max(...this.#peaks.slice(Math.min(from, this.#peaks.length - 1), Math.max(to, from + 1))) : 0;
      const tall = Math.max(2, peak * (height - 4));
      context.fillStyle = i * step < played ? before : after;
      context.fillRect(i * step, (height - tall) / 2, 2, tall);
    }
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
