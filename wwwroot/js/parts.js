// @ts-check

/** @typedef {{ url: string, from: number, length: number }} Part a file of the recording; seconds on the timeline */

/**
 * Several sound files played as one: as much of an audio element's face as a player needs, with times on the whole
 * timeline. What lies between two parts was not recorded, and is passed over.
 */
export class Parts extends EventTarget {
  #audio;
  #parts;
  #index = 0;
  /** @type {number | null} seconds into the part that is being loaded */
  #wanted = null;
  #playing = false;
  #rate = 1;

  /**
   * @param {HTMLAudioElement} audio the one element that plays them
   * @param {Part[]} parts in order, at least one
   */
  constructor(audio, parts) {
    super();
    this.#audio = audio;
    this.#parts = parts;
    for (const type of ["play", "pause", "timeupdate", "seeking", "seeked", "ratechange", "canplay", "error"]) audio.addEventListener(type, () => this.#pass(type));
    audio.addEventListener("loadedmetadata", () => this.#loaded());
    audio.addEventListener("ended", () => this.#next());
  }

  get currentTime() {
    const { from, length } = this.#parts[this.#index];
    // The file may be a little longer than LiveKit says: the timeline says where the part ends.
    return from + Math.min(this.#wanted ?? this.#audio.currentTime, Math.max(length, 0.001));
  }

  set currentTime(seconds) {
    let index = this.#parts.findLastIndex((p) => p.from <= seconds);
    if (index < 0) index = 0;
    let into = Math.max(0, seconds - this.#parts[index].from);
    if (into >= this.#parts[index].length && index + 1 < this.#parts.length) {
      index += 1;
      into = 0;
    }
    this.#open(index, into);
  }

  get paused() {
    return !this.#playing;
  }

  get ended() {
    return !this.#playing && this.#index === this.#parts.length - 1 && this.#audio.ended;
  }

  get seeking() {
    return this.#wanted !== null || this.#audio.seeking;
  }

  get error() {
    return this.#audio.error;
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#rate = rate;
    this.#audio.playbackRate = rate;
  }

  async play() {
    if (this.ended) this.#open(0, 0);
    this.#playing = true;
    await this.#audio.play();
  }

  pause() {
    this.#playing = false;
    this.#audio.pause();
    this.dispatchEvent(new Event("pause"));
  }

  load() {
    this.#wanted = this.#audio.currentTime;
    this.#audio.load();
  }

  /** @param {number} index @param {number} into seconds into that part */
  #open(index, into) {
    if (index === this.#index && this.#wanted === null) {
      this.#audio.currentTime = into;
      return;
    }
    if (index !== this.#index) {
      this.#index = index;
      this.#audio.src = this.#parts[index].url;
      this.#audio.load();
    }
    this.#wanted = into;
  }

  #loaded() {
    const into = this.#wanted;
    this.#wanted = null;
    this.#audio.playbackRate = this.#rate;
    if (into) this.#audio.currentTime = into;
    if (this.#playing) void this.#audio.play().catch(() => this.pause());
    this.dispatchEvent(new Event("timeupdate"));
  }

  #next() {
    if (this.#index + 1 < this.#parts.length) {
      this.#open(this.#index + 1, 0);
      return;
    }
    this.#playing = false;
    this.dispatchEvent(new Event("ended"));
  }

  /** @param {string} type */
  #pass(type) {
    // Changing over to the next file pauses the element, not the listener.
    if (type === "pause" && this.#playing && (this.#wanted !== null || this.#audio.ended)) return;
    if (type === "pause") this.#playing = false;
    if (type === "play") this.#playing = true;
    if (type === "error") this.#playing = false;
    this.dispatchEvent(new Event(type));
  }
}
