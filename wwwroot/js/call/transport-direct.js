// @ts-check
// Browser to browser, everyone with everyone, signalled over SignalR.
import { ApiError } from "./api.js";
import { ServerClock } from "./clock.js";
import { Emitter } from "./emitter.js";
import { Peer } from "./peer.js";

/** @typedef {{ microphone: boolean, camera: boolean, screen: boolean }} Media */
/** @typedef {{ participationId: string, personId: string, name: string, role: "founder" | "coach", media: Media }} Participant */
/** @typedef {"granted" | "declined" | "withdrawn" | null} Answer */
/** @typedef {{ personId: string, name: string, role: "founder" | "coach", present: boolean, recordingConsent: Answer, transcriptConsent: Answer }} Expected */
/** @typedef {{ phase: "off" | "waiting" | "active" | "paused" | "stopped", reason: string | null, recordingId: string | null, segmentId: string | null, startedAt: string | null, recordedMs: number }} RecordingState */
/** @typedef {{ serverTime: string, callId: string, callStartedAt: string, people: Participant[], expected: Expected[], recording: RecordingState }} CallState */

const HEARTBEAT = 10_000;
const ANSWER_WITHIN = 8_000;
const LONGEST_WAIT = 5_000;

/** @returns {Promise<any>} */
async function signalR() {
  // @ts-ignore: a script of the old kind, which leaves its name on the window.
  if (!window.signalR) await import("/lib/signalr.min.js");
  // @ts-ignore
  return window.signalR;
}

/** Fetches what joining needs, while the person still looks at the lobby. */
export const warmUp = () => void signalR();

/**
 * Events: `state` (CallState), `media` ({participationId, media}), `track` ({participationId, kind, track}),
 * `gone` (participationId), `peer` ({participationId, state}), `link` ("up" | "down"), `caption`, `replaced`, `ended` (reason).
 */
export class DirectTransport extends Emitter {
  /** @type {any} */
  #hub = null;
  /** @type {Map<string, Peer>} */
  #peers = new Map();
  /** @type {Record<import("./peer.js").TrackKind, MediaStreamTrack | null>} */
  #tracks = { microphone: null, camera: null, screen: null };
  /** @type {Media} */
  #media = { microphone: false, camera: false, screen: false };
  #closed = false;
  #beat = 0;
  #trying = false;
  #wake = () => {};

  /**
   * @param {import("./api.js").JoinTicket} ticket
   * @param {() => Promise<import("./api.js").JoinTicket>} renew a new ticket, when the participation has ended meanwhile
   */
  constructor(ticket, renew) {
    super();
    this.ticket = ticket;
    this.renew = renew;
    this.clock = new ServerClock(Date.parse(ticket.serverTime));
  }

  /** Resolves when the person is in the call, or was refused (event); keeps the link from then on, for ever. */
  async connect() {
    const { HubConnectionBuilder, LogLevel } = await signalR();
    const hub = (this.#hub = new HubConnectionBuilder().withUrl("/hubs/call").configureLogging(LogLevel.None).build());
    hub.on("state", (/** @type {CallState} */ s) => this.#onState(s));
    hub.on("signal", (/** @type {string} */ from, /** @type {string} */ json) => this.#peer(from).receive(JSON.parse(json)));
    hub.on("media", (/** @type {string} */ participationId, /** @type {Media} */ media) => this.emit("media", { participationId, media }));
    hub.on("caption", (/** @type {any} */ turn) => this.emit("caption", turn));
    hub.on("replaced", () => this.emit("replaced"));
    hub.on("ended", (/** @type {string} */ reason) => this.emit("ended", reason));
    hub.onclose(() => {
      if (this.#closed) return;
      this.emit("link", "down");
      void this.#keepTrying();
    });
    addEventListener("online", this.#hurry);
    addEventListener("offline", this.#hurry);
    this.#beat = window.setInterval(() => void this.#heartbeat(), HEARTBEAT);
    await this.#keepTrying();
  }

  /** @param {import("./peer.js").TrackKind} kind @param {MediaStreamTrack | null} track */
  setTrack(kind, track) {
    this.#tracks[kind] = track;
    for (const peer of this.#peers.values()) void peer.replace(kind, track);
  }

  /** @param {Media} media */
  setMedia(media) {
    this.#media = media;
    this.#hub?.state === "Connected" && void this.#hub.invoke("Media", media).catch(() => {});
  }

  /** @param {object} caption */
  sendCaption(caption) {
    return this.#hub.invoke("Caption", caption);
  }

  /** @returns {Promise<{ participationId: string, report: RTCStatsReport }[]>} */
  async stats() {
    const open = [...this.#peers].filter(([, p]) => p.pc);
    return Promise.all(open.map(async ([participationId, p]) => ({ participationId, report: await /** @type {RTCPeerConnection} */ (p.pc).getStats() })));
  }

  /** How loud the others are now, 0 to 1. @returns {Map<string, number>} */
  levels() {
    const levels = new Map();
    for (const [id, peer] of this.#peers) levels.set(id, peer.pc?.getReceivers()[0]?.getSynchronizationSources?.()[0]?.audioLevel ?? 0);
    return levels;
  }

  async close() {
    this.#closed = true;
    this.#wake();
    clearInterval(this.#beat);
    removeEventListener("online", this.#hurry);
    removeEventListener("offline", this.#hurry);
    for (const id of [...this.#peers.keys()]) this.#drop(id);
    await this.#hub?.stop().catch(() => {});
  }

  async #keepTrying() {
    if (this.#trying) return;
    this.#trying = true;
    try {
      await this.#tryUntilIn();
    } finally {
      this.#trying = false;
    }
  }

  async #tryUntilIn() {
    for (let wait = 250; !this.#closed; wait = Math.min(LONGEST_WAIT, wait * 2)) {
      try {
        if (this.#hub.state === "Disconnected") await this.#hub.start();
        await this.#enter();
        this.emit("link", "up");
        return;
      } catch (e) {
        if (this.#closed) return;
        if (e instanceof ApiError && e.status !== 0 && e.status < 500) return this.emit("refused", e);
        this.emit("link", "down");
        await new Promise((resolve) => {
          this.#wake = () => resolve(undefined);
          setTimeout(resolve, wait);
        });
      }
    }
  }

  async #enter() {
    let state;
    try {
      state = await this.#hub.invoke("Enter", this.ticket.participationId);
    } catch (e) {
      if (this.#closed || this.#hub.state !== "Connected") throw e;
      // It was ended while we were away: come back as a new one. The others' connections belong to the old.
      this.ticket = await this.renew();
      for (const id of [...this.#peers.keys()]) this.#drop(id);
      state = await this.#hub.invoke("Enter", this.ticket.participationId);
    }
    this.setMedia(this.#media);
    this.#onState(state);
    for (const peer of this.#peers.values()) if (!peer.connected) peer.restart();
    for (let i = 0; i < 5; i++) void this.#ping();
  }

  /** @param {CallState} state */
  #onState(state) {
    if (this.#closed) return;
    const others = new Set(state.people.map((p) => p.participationId).filter((id) => id !== this.ticket.participationId));
    for (const id of [...this.#peers.keys()]) if (!others.has(id)) this.#drop(id);
    for (const id of others) this.#peer(id);
    this.emit("state", state);
  }

  /** @param {string} id @returns {Peer} */
  #peer(id) {
    const known = this.#peers.get(id);
    if (known) return known;
    const peer = new Peer({
      offers: this.ticket.participationId < id,
      iceServers: this.ticket.iceServers,
      track: (kind) => this.#tracks[kind],
      send: (message) => {
        if (this.#hub.state === "Connected") void this.#hub.invoke("Signal", id, JSON.stringify(message)).catch(() => {});
      },
      onTrack: (kind, track) => this.emit("track", { participationId: id, kind, track }),
      onState: (state) => this.emit("peer", { participationId: id, state }),
    });
    this.#peers.set(id, peer);
    return peer;
  }

  /** @param {string} id */
  #drop(id) {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
    this.emit("gone", id);
  }

  async #ping() {
    const sent = Date.now();
    const server = await this.#hub.invoke("Ping", sent);
    this.clock.add(sent, Date.now(), server);
  }

  /** A link that looks open and answers nothing is dead. */
  async #heartbeat() {
    if (this.#hub.state !== "Connected") return;
    let timer = 0;
    const late = new Promise((_, reject) => (timer = window.setTimeout(() => reject(new Error("late")), ANSWER_WITHIN)));
    try {
      await Promise.race([this.#ping(), late]);
    } catch (e) {
      if (this.#hub.state !== "Connected") return;
      if (/** @type {Error} */ (e).message === "late") await this.#hub.stop();
      // Answered, and refused: the participation has ended meanwhile.
      else void this.#keepTrying();
    } finally {
      clearTimeout(timer);
    }
  }

  #hurry = () => {
    this.#wake();
    void this.#heartbeat();
  };
}
