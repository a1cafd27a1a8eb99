// @ts-check
import { Parts } from "./parts.js";
import { Waveform } from "./waveform.js";

/**
 * @typedef {object} PlayerOptions
 * @property {string} id of the recording
 * @property {string} peaksUrl where the outline of the sound is
 * @property {number} startedAt of the recording, milliseconds since 1970
 * @property {number} duration seconds
 * @property {{from: number, to: number}[]} gaps not recorded, seconds from the start
 * @property {import("./parts.js").Part[]} parts the files that follow each other; none where one file holds it all
 */

/**
 * Drives the player of one recording: everything here works while the circuit is away.
 * @param {HTMLElement} root
 * @param {PlayerOptions} options
 */
export function attach(root, options) {
  return new Player(root, options);
}

/** The player that was used last: the place in it is the page's. @type {Player | null} */
let current = null;

class Player {
  #root;
  #options;
  #parts;
  #wave;
  #off = new AbortController();
  #frame = 0;

  /**
   * @param {HTMLElement} root
   * @param {PlayerOptions} options
   */
  constructor(root, options) {
    this.#root = root;
    this.#options = options;
    const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`[data-part="${name}"]`));
    this.#parts = {
      audio: options.parts.length > 0 ? new Parts(part("audio"), options.parts) : /** @type {HTMLAudioElement} */ (part("audio")),
      seek: /** @type {HTMLInputElement} */ (part("seek")),
      play: /** @type {HTMLButtonElement} */ (part("play")),
      speed: /** @type {HTMLSelectElement} */ (part("speed")),
      time: /** @type {HTMLElement} */ (part("time")),
      fault: /** @type {HTMLElement} */ (part("fault")),
    };
    const { audio, seek, play, speed, fault } = this.#parts;
    const signal = this.#off.signal;
    const on = (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(event: any) => void} */ handler) =>
      target.addEventListener(type, handler, { signal });

    this.#wave = new Waveform(/** @type {HTMLCanvasElement} */ (part("canvas")), options.duration, options.gaps);
    void this.#wave.load(options.peaksUrl, signal);
    on(play, "click", () => this.toggle());
    on(part("back"), "click", () => this.seek(audio.currentTime - 10));
    on(part("forward"), "click", () => this.seek(audio.currentTime + 10));
    on(part("retry"), "click", () => this.#retry());
    on(seek, "input", () => this.seek(Number(seek.value)));
    on(speed, "change", () => (audio.playbackRate = Number(speed.value)));
    on(root, "keydown", (event) => this.#press(event));
    on(audio, "play", () => this.#draw());
    on(audio, "pause", () => this.#draw());
    on(audio, "ended", () => this.#draw());
    on(audio, "timeupdate", () => this.#draw());
    on(audio, "seeking", () => this.#draw());
    on(audio, "ratechange", () => (speed.value = String(audio.playbackRate)));
    on(audio, "error", () => (fault.hidden = false));
    on(audio, "canplay", () => (fault.hidden = true));
    on(document, "recording-seek", (event) => this.#seekTo(event.detail));
    if (audio.error) fault.hidden = false;
    this.#draw();
    const linked = placeInAddress(options);
    if (linked !== null) this.seek(linked);
  }

  /**
   * @param {number} seconds from the recording's start
   * @param {boolean} [play]
   */
  seek(seconds, play = false) {
    const { audio } = this.#parts;
    current = this;
    audio.currentTime = Math.min(Math.max(0, seconds), this.#options.duration);
    this.#draw();
    if (play) void this.#play();
  }

  toggle() {
    const { audio } = this.#parts;
    if (audio.paused) void this.#play();
    else audio.pause();
  }

  dispose() {
    if (current === this) current = null;
    this.#off.abort();
    cancelAnimationFrame(this.#frame);
    this.#parts.audio.pause();
    this.#wave.dispose();
  }

  async #play() {
    const { audio, fault } = this.#parts;
    current = this;
    // One voice at a time, also between several recordings of one session.
    const mine = this.#root.querySelector("audio");
    for (const other of document.querySelectorAll("audio")) if (other !== mine) other.pause();
    try {
      await audio.play();
    } catch (e) {
      if (/** @type {Error} */ (e).name === "NotSupportedError") fault.hidden = false;
    }
  }

  #retry() {
    const { audio, fault } = this.#parts;
    const at = audio.currentTime;
    fault.hidden = true;
    audio.load();
    audio.currentTime = at;
  }

  /** @param {{ at: number, recording: string }} place at in milliseconds since 1970, in the recording of that id */
  #seekTo({ at, recording }) {
    if (recording === this.#options.id) this.seek((at - this.#options.startedAt) / 1000, true);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target === this.#parts.speed || (event.key === " " && target instanceof HTMLButtonElement)) return;
    const { audio } = this.#parts;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === " " || key === "k") this.toggle();
    else if (key === "j") this.seek(audio.currentTime - 10);
    else if (key === "l") this.seek(audio.currentTime + 10);
    else if (key === "ArrowLeft" || key === "ArrowDown") this.seek(audio.currentTime - 5);
    else if (key === "ArrowRight" || key === "ArrowUp") this.seek(audio.currentTime + 5);
    else if (key === "Home") this.seek(0);
    else if (key === "End") this.seek(this.#options.duration);
    else return;
    event.preventDefault();
  }

  #draw() {
    const { audio, seek, play, time } = this.#parts;
    const playing = !audio.paused && !audio.ended;
    this.#skipGap(playing);
    const now = audio.currentTime;
    if (this.#root.hasAttribute("data-playing") !== playing) {
      this.#root.toggleAttribute("data-playing", playing);
      play.setAttribute("aria-label", playing ? "Pause" : "Play");
    }
    const shown = clock(now);
    if (time.textContent !== shown) {
      time.textContent = shown;
      seek.setAttribute("aria-valuetext", `${shown} of ${clock(this.#options.duration)}`);
    }
    seek.value = String(now);
    this.#wave.draw(now);
    if (current === this) this.#root.dispatchEvent(new CustomEvent("recording-position", { bubbles: true, detail: { at: this.#options.startedAt + now * 1000, playing } }));
    cancelAnimationFrame(this.#frame);
    if (playing) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** @param {boolean} playing */
  #skipGap(playing) {
    const { audio } = this.#parts;
    const now = audio.currentTime;
    const gap = playing && !audio.seeking && this.#options.gaps.find((g) => now >= g.from && now < g.to - 0.5);
    if (gap) audio.currentTime = gap.to;
  }
}

/**
 * Where a link to a moment (?t=754#turn-…) leads in this recording: the turn it names, else so many seconds into the first one.
 * @param {PlayerOptions} options
 * @returns {number | null} seconds; null when it leads elsewhere
 */
function placeInAddress({ id, startedAt }) {
  const seconds = new URLSearchParams(location.search).get("t");
  if (!seconds || !/^\d{1,6}$/.test(seconds)) return null;
  const turn = location.hash.startsWith("#turn-") ? document.getElementById(location.hash.slice(1)) : null;
  const list = turn?.parentElement ?? /** @type {HTMLElement | null} */ (document.querySelector("ol[data-recording]"));
  if (list?.dataset.recording !== id) return null;
  return turn?.dataset.at ? (Number(turn.dataset.at) - startedAt) / 1000 : Number(seconds);
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds + 0.001);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
}
