// @ts-check
import { Parts } from "./parts.js";
import { copyLink, linkedIn } from "./player/address.js";
import { hearKeys, showKeys } from "./player/keys.js";
import { keep, kept } from "./player/kept.js";
import { drawMarks, Lights } from "./player/marks.js";
import { jumpFrom, silences } from "./player/silence.js";
import { Waveform } from "./waveform.js";

/**
 * @typedef {object} PlayerOptions
 * @property {string} id of the recording
 * @property {string} peaksUrl where the outline of the sound is
 * @property {number} startedAt of the recording, milliseconds since 1970
 * @property {number} duration seconds
 * @property {{from: number, to: number}[]} gaps not recorded, seconds from the start
 * @property {import("./parts.js").Part[]} parts the files that follow each other; none where one file holds it all
 * @property {Scene} scene
 *
 * @typedef {object} Scene what is known of the recording besides its sound
 * @property {number[]} voices who speaks when, in threes: from, to (seconds), who: 0 coach, 1 founder, 2 another
 * @property {import("./player/marks.js").Mark[]} marks
 */

const SPEED = "player-speed";
const SKIPS_SILENCE = "player-skips-silence";

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

/** In the order of the page. @type {Player[]} */
const players = [];

/** What all of them share, while there is one. @type {{ off: AbortController, lights: Lights } | null} */
let shared = null;

class Player {
  #root;
  #options;
  #parts;
  #wave;
  #off = new AbortController();
  #frame = 0;
  /** @type {Scene} */
  #scene;
  /** @type {number[]} */
  #peaks = [];
  /** @type {import("./player/silence.js").Span[] | null} reckoned when they are first asked for */
  #silences = null;
  #resized;
  #seen = true;
  /** Out of sight, what plays goes along at the edge of a small window. */
  #passed = new IntersectionObserver(([entry]) => {
    this.#seen = entry.isIntersecting;
    this.#dock();
  });

  /**
   * @param {HTMLElement} root
   * @param {PlayerOptions} options
   */
  constructor(root, options) {
    this.#root = root;
    this.#options = options;
    this.#scene = options.scene;
    const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`[data-part="${name}"]`));
    this.#parts = {
      audio: options.parts.length > 0 ? new Parts(part("audio"), options.parts) : /** @type {HTMLAudioElement} */ (part("audio")),
      seek: /** @type {HTMLInputElement} */ (part("seek")),
      play: /** @type {HTMLButtonElement} */ (part("play")),
      speed: /** @type {HTMLSelectElement} */ (part("speed")),
      time: /** @type {HTMLElement} */ (part("time")),
      fault: /** @type {HTMLElement} */ (part("fault")),
      silence: /** @type {HTMLInputElement} */ (part("silence")),
      marks: /** @type {HTMLElement} */ (part("marks")),
    };
    const { audio, seek, play, speed, fault, silence, marks } = this.#parts;
    const signal = this.#off.signal;
    const on = (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(event: any) => void} */ handler) =>
      target.addEventListener(type, handler, { signal });

    this.#wave = new Waveform(/** @type {HTMLCanvasElement} */ (part("canvas")), options.duration, options.gaps);
    void this.#wave.load(options.peaksUrl, signal).then((peaks) => {
      this.#peaks = peaks;
      this.#silences = null;
    });
    on(play, "click", () => this.toggle());
    on(part("back"), "click", () => this.seek(audio.currentTime - 10));
    on(part("forward"), "click", () => this.seek(audio.currentTime + 10));
    on(part("retry"), "click", () => this.#retry());
    on(seek, "input", () => this.seek(Number(seek.value)));
    on(speed, "change", () => {
      audio.playbackRate = Number(speed.value);
      keep(SPEED, speed.value);
    });
    speed.value = kept(SPEED) ?? "1";
    if (speed.selectedIndex < 0) speed.value = "1"; // a speed of an earlier day
    audio.playbackRate = Number(speed.value);
    silence.checked = kept(SKIPS_SILENCE) !== null;
    on(silence, "change", () => keep(SKIPS_SILENCE, silence.checked ? "1" : null));
    on(part("keys"), "click", showKeys);
    on(part("link"), "click", () => void copyLink(root, options.id, audio.currentTime, part("link-words")));
    on(root, "click", (event) => this.#toMoment(event));
    on(audio, "play", () => this.#draw());
    on(audio, "pause", () => this.#draw());
    on(audio, "ended", () => this.#draw());
    on(audio, "timeupdate", () => this.#draw());
    on(audio, "seeking", () => this.#draw());
    on(audio, "ratechange", () => (speed.value = String(audio.playbackRate)));
    on(audio, "error", () => (fault.hidden = false));
    on(audio, "canplay", () => (fault.hidden = true));
    on(document, "recording-seek", (event) => this.#seekTo(event.detail));
    on(document, "transcript-found", (event) => this.#found(event.detail));
    if (audio.error) fault.hidden = false;
    this.#resized = new ResizeObserver(() => this.#mark());
    this.#resized.observe(marks);
    this.#passed.observe(root);
    this.#draw();
    this.show(this.#scene);
    players.push(this);
    players.sort((a, b) => (a.#root.compareDocumentPosition(b.#root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    shared ??= share();
    document.dispatchEvent(new CustomEvent("recording-attached"));
    const linked = linkedIn(root, options);
    if (linked !== null) this.seek(linked);
  }

  /**
   * @param {number} seconds from the recording's start
   * @param {boolean} [play]
   */
  seek(seconds, play = false) {
    const { audio } = this.#parts;
    this.#take();
    audio.currentTime = Math.min(Math.max(0, seconds), this.#options.duration);
    this.#draw();
    if (play) void this.#play();
  }

  /** @param {Scene} scene */
  show(scene) {
    this.#scene = scene;
    this.#silences = null;
    this.#wave.show(scene.voices);
    this.#mark();
  }

  toggle() {
    const { audio } = this.#parts;
    if (audio.paused) void this.#play();
    else audio.pause();
  }

  dispose() {
    if (current === this) current = null;
    players.splice(players.indexOf(this), 1);
    if (players.length === 0) {
      shared?.off.abort();
      shared?.lights.dispose();
      shared = null;
    }
    this.#off.abort();
    this.#resized.disconnect();
    this.#passed.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#parts.audio.pause();
    this.#wave.dispose();
  }

  async #play() {
    const { audio, fault } = this.#parts;
    this.#take();
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

  /** @param {MouseEvent} event on a mark, or on its line in the list */
  #toMoment(event) {
    const moment = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-seconds]"));
    if (moment) this.seek(Number(moment.dataset.seconds), true);
  }

  /** @param {{ hits: number[], now: number }} found milliseconds since 1970; now is the one that is looked at, or NaN */
  #found({ hits, now }) {
    const { startedAt, duration } = this.#options;
    const seconds = hits.map((hit) => (hit - startedAt) / 1000);
    this.#wave.find(seconds.filter((s) => s >= 0 && s <= duration), (now - startedAt) / 1000);
  }

  #mark() {
    drawMarks(this.#parts.marks, this.#scene.marks, this.#options.duration);
  }

  /** From now on the page's place is in this one. */
  #take() {
    const before = current;
    current = this;
    if (before !== this) before?.#dock(); // one at a time at the window's edge
  }

  #dock() {
    this.#root.toggleAttribute("data-docked", !this.#seen && current === this);
  }

  /** @param {import("./player/keys.js").Action} action */
  act(action) {
    const { audio } = this.#parts;
    if (action === "toggle") this.toggle();
    else if (action === "back") this.seek(audio.currentTime - 10);
    else if (action === "forward") this.seek(audio.currentTime + 10);
    else if (action === "less") this.seek(audio.currentTime - 5);
    else if (action === "more") this.seek(audio.currentTime + 5);
    else if (action === "start") this.seek(0);
    else if (action === "end") this.seek(this.#options.duration);
  }

  /** @param {Node} node */
  holds(node) {
    return this.#root.contains(node);
  }

  #draw() {
    const { audio, seek, play, time } = this.#parts;
    const playing = !audio.paused && !audio.ended;
    if (playing && !audio.seeking) this.#skip();
    const now = audio.currentTime;
    this.#dock();
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

  /** Over what was not recorded, and, where that is wished, over what nobody says. */
  #skip() {
    const { audio, silence } = this.#parts;
    const now = audio.currentTime;
    const gap = this.#options.gaps.find((g) => now >= g.from && now < g.to - 0.5);
    if (gap) audio.currentTime = gap.to;
    else if (silence.checked) {
      this.#silences ??= silences({ peaks: this.#peaks, duration: this.#options.duration, voices: this.#scene.voices });
      const to = jumpFrom(this.#silences, now);
      if (to !== null) audio.currentTime = to;
    }
  }
}

/** Keys on the page, and what lights up with what is heard. */
function share() {
  const off = new AbortController();
  hearKeys((action, target) => (players.find((p) => p.holds(target)) ?? current ?? players[0])?.act(action), off.signal);
  return { off, lights: new Lights() };
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds + 0.001);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
}
