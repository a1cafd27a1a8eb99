// @ts-check
// Sends one's own microphone to the portal while, and only while, the server says that the recording runs.
import { ApiError, send } from "./api.js";
import { ChunkQueue } from "./chunk-queue.js";
import { ChunkStore } from "./chunk-store.js";
import { Chunker } from "./chunker.js";

/** @typedef {{ recordingId: string, segmentId: string, participationId: string, rate: number }} Span */

export class Recorder {
  #queue = new ChunkQueue(new ChunkStore());
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #muted = false;
  /** @type {Span | null} */
  #span = null;
  /** @type {Take | null} */
  #take = null;
  #takes = 0;

  /**
   * @param {import("./clock.js").ServerClock} clock
   * @param {(words: string) => void} warn
   * @param {() => void} onBlocked the browser starts no sound before the person presses something
   */
  constructor(clock, warn, onBlocked) {
    this.clock = clock;
    this.warn = warn;
    this.onBlocked = onBlocked;
    void this.#queue.resume();
  }

  get status() {
    return { recording: !!this.#take, takes: this.#takes, sent: this.#queue.sent, waiting: this.#queue.waiting, dropped: this.#queue.dropped };
  }

  /** Another microphone goes on, on the same track. @param {MediaStreamTrack | null} track */
  setTrack(track) {
    this.#track = track;
    if (this.#take) this.#take.connect(track);
    else this.#begin();
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    this.#muted = muted;
    if (this.#take) this.#take.muted = muted;
  }

  /**
   * @param {import("./line.js").RecordingState | null} recording null: do not record
   * @param {string} participationId @param {number} rate Hz
   */
  follow(recording, participationId, rate) {
    const span = recording?.recordingId && recording.segmentId ? { recordingId: recording.recordingId, segmentId: recording.segmentId, participationId, rate } : null;
    if (span?.segmentId === this.#span?.segmentId && span?.participationId === this.#span?.participationId) return;
    this.#span = span;
    const old = this.#take;
    this.#take = null;
    void old?.end();
    this.#begin();
  }

  retryNow() {
    this.#queue.retryNow();
  }

  /** Ends, and gives what is left a moment to be sent; what is not is kept for the next page. */
  async stop() {
    this.#span = null;
    const take = this.#take;
    this.#take = null;
    await take?.end();
    await this.#queue.drained(4_000);
  }

  flushOnExit() {
    this.#take?.cut();
    this.#queue.flushOnExit();
  }

  #begin() {
    if (!this.#span || !this.#track || this.#take) return;
    const take = (this.#take = new Take(this.#span, this.clock, this.#queue, this.onBlocked));
    this.#takes++;
    take.muted = this.#muted;
    take.begin(this.#track).catch((e) => {
      void take.end();
      if (this.#take !== take) return;
      this.#take = null;
      // Refused: the server's next state says why. Anything else the person should know.
      if (!(e instanceof ApiError)) this.warn("Your voice cannot be recorded in this browser. The call goes on without it.");
    });
  }
}

/** One uninterrupted capture: one track of the recording. */
class Take {
  muted = false;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioWorkletNode | null} */
  #node = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {Chunker | null} */
  #chunker = null;
  /** @type {{ trackId: string, shift: number } | null} */
  #registered = null;
  /** @type {import("./chunker.js").Chunk[]} before the portal has named the track */
  #early = [];
  #number = 0;
  #ended = false;
  /** @type {Promise<void>} */
  #registering = Promise.resolve();
  #fail = (/** @type {unknown} */ _) => {};

  /**
   * @param {Span} span @param {import("./clock.js").ServerClock} clock @param {ChunkQueue} queue @param {() => void} onBlocked
   */
  constructor(span, clock, queue, onBlocked) {
    this.span = span;
    this.clock = clock;
    this.queue = queue;
    this.onBlocked = onBlocked;
  }

  /** Runs until it fails or `end`. @param {MediaStreamTrack} track */
  async begin(track) {
    // The device's own rate: a context of another rate takes no microphone in some browsers.
    const context = (this.#context = new AudioContext({ latencyHint: "interactive" }));
    await context.audioWorklet.addModule("/js/call/pcm-worklet.js");
    if (this.#ended) return void context.close();
    this.#node = new AudioWorkletNode(context, "pcm", {
      numberOfInputs: 1, numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit", channelInterpretation: "speakers",
      processorOptions: { rate: this.span.rate },
    });
    this.#node.port.onmessage = (e) => typeof e.data !== "string" && this.#onFrame(new Int16Array(e.data));
    this.connect(track);
    if (context.state === "suspended") {
      this.onBlocked();
      const resume = () => void context.resume().catch(() => {});
      for (const event of ["pointerdown", "keydown"]) addEventListener(event, resume, { once: true });
      resume();
    }
    await new Promise((_, reject) => (this.#fail = reject));
  }

  /** @param {MediaStreamTrack | null} track */
  connect(track) {
    this.#source?.disconnect();
    this.#source = null;
    if (!track || !this.#context || !this.#node) return;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#node);
  }

  /** Ends and flushes what the audio thread still holds. */
  async end() {
    if (this.#ended) return;
    this.#ended = true;
    const node = this.#node;
    if (node && this.#context?.state === "running") {
      await new Promise((resolve) => {
        node.port.onmessage = (e) => (e.data === "end" ? resolve(undefined) : this.#onFrame(new Int16Array(e.data)));
        node.port.postMessage("flush");
        setTimeout(resolve, 300);
      });
    }
    this.#source?.disconnect();
    await this.#context?.close().catch(() => {});
    this.cut();
    await Promise.race([this.#registering.catch(() => {}), new Promise((r) => setTimeout(r, 3_000))]);
  }

  /** Hands over what is there, whether the chunk is full or not. */
  cut() {
    this.#chunker?.flush();
  }

  /** @param {Int16Array} frame */
  #onFrame(frame) {
    const now = this.clock.now();
    if (!this.#chunker) {
      const startedAt = now - (frame.length * 1000) / this.span.rate;
      this.#chunker = new Chunker(this.span.rate, startedAt, (chunk) => this.#onChunk(chunk));
      this.#registering = this.#register(startedAt);
      this.#registering.catch((e) => this.#fail(e));
    }
    this.#chunker.add(frame, now, this.muted);
  }

  /** @param {number} startedAt */
  async #register(startedAt) {
    for (let wait = 250; ; wait = Math.min(5_000, wait * 2)) {
      try {
        const answer = await send("POST", `/api/recordings/${this.span.recordingId}/tracks`, { participationId: this.span.participationId, startedAt: new Date(startedAt).toISOString() });
        // The portal may set the start to the span's own: positions count from what it says.
        const shift = Math.round(((startedAt - Date.parse(answer.startedAt)) * this.span.rate) / 1000);
        this.#registered = { trackId: answer.trackId, shift };
        for (const chunk of this.#early.splice(0)) this.#onChunk(chunk);
        return;
      } catch (e) {
        if (e instanceof ApiError && e.status !== 0 && e.status < 500) throw e;
        await new Promise((r) => setTimeout(r, wait));
      }
    }
  }

  /** @param {import("./chunker.js").Chunk} chunk */
  #onChunk(chunk) {
    if (!this.#registered) {
      this.#early.push(chunk);
      return;
    }
    const { trackId, shift } = this.#registered;
    const before = Math.max(0, -(chunk.position + shift));
    if (before >= chunk.pcm.length) return;
    const pcm = chunk.pcm.slice(before);
    this.queue.add({ trackId, number: this.#number++, position: chunk.position + shift + before, pcm: pcm.buffer, at: Date.now() });
  }
}
