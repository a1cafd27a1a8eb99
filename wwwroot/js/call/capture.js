// @ts-check
// What this page gives to a recording: its sound where the portal records, and where LiveKit does, how loud it was.
import { LevelMeter } from "./level.js";

/** @typedef {import("./line.js").CallState["recording"]} Recording */

const FLUSH_WITHIN = 1_500;

export class Capture {
  /** @type {import("./recorder.js").Recorder | null} */
  recorder = null;
  #meter = new LevelMeter();
  /** @type {import("./levels.js").LevelSampler | null} */
  #levels = null;
  /** @type {Recording | null} the newest, which counts once a module has been loaded */
  #recording = null;
  #closed = false;

  /**
   * @param {import("./line.js").CallLine} line
   * @param {import("./devices.js").Devices} devices
   * @param {{ warn: (words: string) => void, locked: () => void }} told `locked`: the browser wants a press before it lets sound through
   */
  constructor(line, devices, told) {
    this.line = line;
    this.devices = devices;
    this.told = told;
  }

  /** How loud this person is now, on the meter's scale; nothing while muted. */
  level() {
    return this.devices.muted ? 0 : this.#meter.read();
  }

  microphoneChanged() {
    this.#meter.follow(this.devices.tracks.microphone);
    this.#feed();
  }

  /** @param {Recording} recording as the server says it stands @param {import("./api.js").JoinTicket} ticket */
  follow(recording, ticket) {
    this.#recording = recording;
    void this.#record(ticket);
    void this.#sampleLevels();
  }

  /** Sends the last of the sound, and holds nobody up for long. */
  async flush() {
    await Promise.race([this.recorder?.stop(), new Promise((r) => setTimeout(r, FLUSH_WITHIN))]);
  }

  async close() {
    this.#closed = true;
    this.#levels?.follow(false);
    this.#meter.close();
    await this.recorder?.stop();
  }

  /** @param {import("./api.js").JoinTicket} ticket */
  async #record({ participationId, sampleRate }) {
    const isOurs = () => this.#recording?.phase === "active" && this.#recording.recorder === "portal";
    if (!this.recorder && !isOurs()) {
      // Soon wanted, perhaps: have it here.
      if (this.#recording?.phase === "waiting" && this.#recording.recorder === "portal") void import("./recorder.js");
      return;
    }
    if (!this.recorder) {
      const { Recorder } = await import("./recorder.js");
      if (this.#closed) return;
      this.recorder ??= new Recorder(this.line.clock, this.told.warn, this.told.locked);
      this.#feed();
    }
    this.recorder.follow(isOurs() ? this.#recording : null, participationId, sampleRate);
  }

  #feed() {
    this.recorder?.setTrack(this.devices.tracks.microphone);
    this.recorder?.setMuted(this.devices.muted);
  }

  async #sampleLevels() {
    const isOn = () => this.#recording?.phase === "active" && this.#recording.recorder === "egress" && !this.#closed;
    if (!this.#levels && !isOn()) return;
    if (!this.#levels) {
      const { LevelSampler } = await import("./levels.js");
      this.#levels ??= new LevelSampler(() => this.level(), () => this.line.clock.now(), (startedAt, levels) => this.line.levels(startedAt, levels));
    }
    this.#levels.follow(isOn());
  }
}
