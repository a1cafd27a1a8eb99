// @ts-check
// One person's time in the call: puts transport, tiles, controls, recorder and captions together.
import { answerConsent, controlRecording, leaveParticipation, requestTicket } from "./api.js";
import { Capture } from "./capture.js";
import { Controls } from "./controls.js";
import { Emitter } from "./emitter.js";
import { FredsVoice } from "./freds-voice.js";
import { CallLine, KINDS } from "./line.js";
import { LinkWords } from "./link-words.js";
import { Notices } from "./notices.js";
import { QualityWatch } from "./quality-watch.js";
import { RecordingBar } from "./recording-bar.js";
import { Said } from "./said.js";
import { ScreenShare } from "./screen.js";
import { chooseDevice, deviceChoice } from "./store.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("./line.js").CallState} CallState */

/** Loud enough to be somebody speaking, on the meter's scale. */
const SPEAKING = 0.45;

/** @param {string} transport the ticket's @returns {Promise<new (line: CallLine) => any>} */
export const transportOf = async (transport) =>
  transport === "livekit" ? (await import("./transport-livekit.js")).LiveKitTransport : (await import("./transport-direct.js")).DirectTransport;

/** Events: `known` (who is there, about to be drawn), `leave` (asked for), `moved`, `refused` (error), `ended` (reason). */
export class ActiveCall extends Emitter {
  /** @type {CallState | null} */
  state = null;
  #screen = new ScreenShare((track) => this.#screenChanged(track), (words) => this.notices.say(words, "warn"));
  #speaking = 0;
  /** @type {(() => void)[]} */
  #release = [];
  #stopped = false;
  #link = new LinkWords();

  /**
   * @param {object} options
   * @param {HTMLElement} options.root
   * @param {import("./api.js").JoinTicket} options.ticket
   * @param {new (line: CallLine) => any} options.Transport what carries sound and pictures
   * @param {string} options.tabId
   * @param {import("./devices.js").Devices} options.devices
   * @param {import("./store.js").TabStore} options.store
   * @param {Emitter} options.events the facade's
   */
  constructor({ root, ticket, Transport, tabId, devices, store, events }) {
    super();
    this.sessionId = ticket.sessionId;
    this.ticket = ticket;
    this.devices = devices;
    this.store = store;
    this.events = events;
    this.line = new CallLine(ticket, async () => {
      this.ticket = await requestTicket({ sessionId: ticket.sessionId, enableRecording: null, tabId, resumes: this.participationId, media: this.media() });
      store.set({ participationId: this.participationId });
      return this.ticket;
    });
    this.transport = new Transport(this.line);
    this.tiles = new Tiles(() => this.controls.showUnlock(), (id, kind, video) => this.transport.show(id, kind, video));
    this.voice = new FredsVoice(root.dataset.fredsVoice === "true", () => this.#drawLink());
    this.bar = new RecordingBar(root.dataset.canRecord === "true", () => this.line.clock.now());
    this.notices = new Notices();
    this.capture = new Capture(this.line, devices, {
      warn: (words) => this.notices.say(words, "warn"),
      locked: () => this.controls.showUnlock(),
    });
    this.quality = new QualityWatch({
      stats: () => this.transport.stats(),
      now: () => this.line.clock.now(),
      send: (samples) => this.line.quality(samples),
      warn: (poor) => this.controls.drawQuality(poor),
      tell: (score) => this.tiles.setQuality(this.participationId, score && { level: score.level, lead: "Connection", word: String(score.score) }),
    });
    this.controls = new Controls(root, devices, store, {
      mute: () => this.setMicrophone(devices.muted),
      camera: () => this.setCamera(devices.cameraOff),
      share: () => this.shareScreen(!this.#screen.track),
      leave: () => this.emit("leave"),
      unlock: () => this.tiles.unlock(),
      captionsShown: (shown) => this.said.setShown(shown),
      consent: (type, granted) => this.#ask(() => answerConsent(this.sessionId, type, granted)),
      recording: (action) => this.#ask(() => controlRecording(this.sessionId, action)),
    });
    this.said = new Said(this);
  }

  get participationId() {
    return this.ticket.participationId;
  }

  async start() {
    const { line, transport, devices } = this;
    this.#release.push(
      devices.on("change", (kind) => this.#deviceChanged(kind)),
      devices.on("problem", ({ words }) => words && this.notices.say(words, "warn")),
      devices.on("speaker", (id) => void this.tiles.setSpeakerDevice(id)),
    );
    line.on("state", (state) => this.#onState(state));
    transport.on("track", (/** @type {{ participationId: string, kind: import("./line.js").TrackKind, track: MediaStreamTrack | null }} */ { participationId, kind, track }) => {
      this.tiles.setTrack(participationId, kind, track);
      if (kind === "microphone") void this.tiles.setSpeakerDevice(deviceChoice().speaker ?? "");
    });
    transport.on("voice", (/** @type {{ id: string, track: MediaStreamTrack | null }} */ { id, track }) => {
      this.tiles.setVoice(id, track);
      void this.tiles.setSpeakerDevice(deviceChoice().speaker ?? "");
    });
    transport.on("gone", (/** @type {string} */ id) => {
      this.tiles.forget(id);
      this.#link.noPath.delete(id);
      this.#drawLink();
    });
    transport.on("peer", (/** @type {{ participationId: string, state: string }} */ { participationId, state }) => {
      if (state === "no-path") this.#link.noPath.add(participationId);
      else if (state === "connected") this.#link.noPath.delete(participationId);
      this.#drawLink();
    });
    transport.on("flow", (/** @type {import("./link-words.js").Flow} */ flow) => {
      this.#link.setFlow(flow);
      this.#drawLink();
      this.events.emit("flow", flow.state);
    });
    transport.on("allowed", (/** @type {boolean} */ allowed) => {
      if (allowed && !this.#link.allowed) this.notices.say("You can be seen and heard now.");
      this.#link.allowed = allowed;
      this.#drawLink();
    });
    transport.on("quality", (/** @type {any} */ quality) => this.#onQuality(quality));
    transport.on("agent", (/** @type {boolean} */ here) => this.voice.set(here));
    transport.on("replaced", () => !this.#stopped && this.emit("moved"));
    line.on("link", (link) => {
      this.#link.down = link === "down";
      this.#drawLink();
      this.events.emit("link", link);
      if (link === "up") this.capture.recorder?.retryNow();
    });
    line.on("replaced", () => !this.#stopped && this.emit("moved"));
    line.on("refused", (e) => this.emit("refused", e));
    line.on("ended", (reason) => this.emit("ended", reason));

    // What takes longest is begun first, and none of it is this thread's work.
    const connected = transport.connect();
    await new Promise((resolve) => setTimeout(resolve));
    if (this.#stopped) return;
    for (const kind of /** @type {const} */ (["camera", "microphone"])) this.#deviceChanged(kind);
    this.controls.open();
    this.#drawLink();
    await Promise.all([line.connect(), connected]);
    if (this.#stopped) return;
    await this.said.open();

    await this.tiles.seen;
    if (this.#stopped) return;
    this.#speaking = window.setInterval(() => this.#drawSpeaker(), 250);
    this.quality.start();
  }

  /** @param {boolean} on */
  setMicrophone(on) {
    this.devices.setMuted(!on);
    this.store.set({ muted: !on });
  }

  /** @param {boolean} on */
  async setCamera(on) {
    this.store.set({ cameraOff: !on });
    await this.devices.setCameraOff(!on);
    this.#mediaChanged();
  }

  /** @param {boolean} on */
  shareScreen(on) {
    return this.#screen.set(on);
  }

  /** The last of the sound, and of the words, goes ahead of the leaving, which may be the end of the call; but it holds nobody up for long. */
  async leave() {
    const address = `/api/calls/participations/${this.participationId}/leave`;
    const closing = () => navigator.sendBeacon(address);
    addEventListener("pagehide", closing);
    for (const kind of KINDS) this.transport.setTrack(kind, null);
    await Promise.all([this.capture.flush(), this.said.finish()]);
    // First, or it would find itself put out of the call and come back.
    await this.line.close();
    await leaveParticipation(this.participationId).catch(closing);
    removeEventListener("pagehide", closing);
    await this.stop();
  }

  /** Stops everything here, and tells nobody. */
  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#speaking);
    this.quality.close();
    this.#release.splice(0).forEach((f) => f());
    this.said.close();
    this.voice.close();
    this.controls.close();
    this.bar.close();
    this.#screen.stop();
    await this.capture.close();
    await this.transport.close();
    await this.line.close();
    this.tiles.clear();
  }

  /** The page goes: what can still be sent is sent. */
  goAway() {
    this.said.goAway();
    this.capture.recorder?.flushOnExit();
    navigator.sendBeacon(`/api/calls/participations/${this.participationId}/gone`);
  }

  /** @returns {Promise<{ participationId: string, reports: object[] }[]>} */
  async getStats() {
    return (await this.transport.stats()).map((/** @type {{ participationId: string, report: Iterable<object> }} */ { participationId, report }) => ({ participationId, reports: [...report] }));
  }

  /** @param {CallState} state */
  #onState(state) {
    if (this.#stopped) return;
    const before = this.state;
    if (!before) this.emit("known");
    this.state = state;
    this.notices.compare(before, state, this.ticket.identity);
    this.bar.draw(state, this.ticket.identity);
    this.said.update();
    this.controls.drawConsents(state.expected.find((e) => e.personId === this.ticket.identity) ?? null);
    this.#drawPeople();
    this.capture.follow(state.recording, this.ticket);
    this.events.emit("state", state);
  }

  /** @param {"camera" | "microphone"} kind */
  #deviceChanged(kind) {
    const track = this.devices.tracks[kind];
    this.transport.setTrack(kind, track);
    this.tiles.setTrack(this.participationId, kind, track);
    if (kind === "microphone") {
      this.capture.microphoneChanged();
      this.said.update();
    }
    if (track) chooseDevice({ [kind]: track.getSettings().deviceId });
    this.#mediaChanged();
  }

  /** @param {MediaStreamTrack | null} track */
  #screenChanged(track) {
    this.transport.setTrack("screen", track);
    this.tiles.setTrack(this.participationId, "screen", track);
    this.#mediaChanged();
  }

  #mediaChanged() {
    this.transport.setMuted(this.devices.muted);
    this.line.setMedia(this.media());
    this.controls.draw({ muted: this.devices.muted, cameraOff: !this.devices.tracks.camera, sharing: !!this.#screen.track });
    this.#drawPeople();
  }

  /** What is sent, as far as this page wants it. */
  media() {
    return { ...this.devices.media, screen: !!this.#screen.track };
  }

  #drawPeople() {
    if (!this.state) return;
    const people = this.state.people.map((p) => (p.participationId === this.participationId ? { ...p, media: this.media() } : p));
    this.tiles.draw(people, this.participationId);
    this.controls.drawAlone(people.length < 2 ? this.state.expected.filter((e) => e.personId !== this.ticket.identity).map((e) => e.name) : null);
  }

  #drawSpeaker() {
    /** @type {[string, number][]} */
    const levels = [...this.transport.levels()].map(([id, level]) => [id, (20 * Math.log10(level + 1e-5) + 60) / 50]);
    levels.push([this.participationId, this.capture.level()]);
    const [id, level] = levels.reduce((a, b) => (b[1] > a[1] ? b : a));
    this.tiles.setSpeaker(level > SPEAKING ? id : "");
  }

  /** @param {{ participationId: string, level: string, word: string }} quality */
  #onQuality({ participationId, ...quality }) {
    // One's own is scored by the portal, with what the session's insights say later.
    if (participationId !== this.participationId) this.tiles.setQuality(participationId, quality);
    this.events.emit("quality", { participationId, ...quality });
  }

  #drawLink() {
    this.#link.known = !!this.state;
    this.#link.voice = this.voice.words;
    this.controls.drawLink(this.#link.words(this.state?.people ?? []));
  }

  /** @param {() => Promise<unknown>} request */
  async #ask(request) {
    try {
      await request();
    } catch (e) {
      this.notices.say(/** @type {Error} */ (e).message, "warn");
    }
  }
}
