// @ts-check

/** How loud a microphone is, 0 to 1, read a few times a second. */
export class LevelMeter {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AnalyserNode | null} */
  #analyser = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #samples = new Float32Array(1024);

  /** @param {MediaStreamTrack | null} track */
  follow(track) {
    this.#source?.disconnect();
    this.#source = null;
    this.#track = track;
  }

  /** @returns {number} 0 to 1; a quiet voice is about 0.3 */
  read() {
    if (!this.#track) return 0;
    // Opening one takes its time, which a call that begins has not: so it is opened by the first who asks.
    this.#context ??= new AudioContext();
    this.#analyser ??= new AnalyserNode(this.#context, { fftSize: 1024 });
    if (!this.#source) {
      this.#source = this.#context.createMediaStreamSource(new MediaStream([this.#track]));
      this.#source.connect(this.#analyser);
    }
    // Browsers start a context only after the person touched the page: try again until then.
    if (this.#context.state === "suspended") void this.#context.resume().catch(() => {});
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const s of this.#samples) sum += s * s;
    const db = 10 * Math.log10(sum / this.#samples.length + 1e-10);
    return Math.min(1, Math.max(0, (db + 60) / 50));
  }

  close() {
    this.follow(null);
    void this.#context?.close();
    this.#context = null;
    this.#analyser = null;
  }
}
