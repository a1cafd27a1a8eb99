// @ts-check
// Browser to browser, everyone with everyone, signalled over the call's line.
import { Emitter } from "./emitter.js";
import { Peer } from "./peer.js";
import { Quality } from "./quality.js";

/** @typedef {import("./line.js").TrackKind} TrackKind */

/** Events: `track` ({participationId, kind, track}), `gone` (participationId), `peer` ({participationId, state}), `quality` ({participationId, ...}), `message` ({participationId, data}). */
export class DirectTransport extends Emitter {
  /** @type {Map<string, Peer>} */
  #peers = new Map();
  /** @type {Record<TrackKind, MediaStreamTrack | null>} */
  #tracks = { microphone: null, camera: null, screen: null };
  /** @type {(() => void)[]} */
  #release = [];

  /** @param {import("./line.js").CallLine} line */
  constructor(line) {
    super();
    this.line = line;
    this.#release.push(
      line.on("state", (state) => this.#onState(state)),
      line.on("signal", ({ from, message }) => this.#peer(from).receive(message)),
      // The others' connections belong to the participation that has ended.
      line.on("renewed", () => this.#dropAll()),
      line.on("entered", () => {
        for (const peer of this.#peers.values()) if (!peer.connected) peer.restart();
      }),
    );
  }

  /** The line brings the others; here is only watched how well they come through. */
  async connect() {
    const quality = new Quality(this, (participationId, measured) => this.emit("quality", { participationId, ...measured }));
    this.#release.push(() => quality.close());
  }

  /** @param {TrackKind} kind @param {MediaStreamTrack | null} track */
  setTrack(kind, track) {
    this.#tracks[kind] = track;
    for (const peer of this.#peers.values()) void peer.replace(kind, track);
  }

  /** What is muted is silent by itself. */
  setMuted() {}

  /** Every picture comes at its full size, wherever it is shown. */
  show() {}

  /** @returns {Promise<{ participationId: string, report: Iterable<any> }[]>} */
  async stats() {
    const open = [...this.#peers].filter(([, p]) => p.pc);
    return Promise.all(open.map(async ([participationId, p]) => ({ participationId, report: [...(await /** @type {RTCPeerConnection} */ (p.pc).getStats()).values()] })));
  }

  /** Tells everyone in the call, who then has a `message`. @param {string} data */
  tell(data) {
    for (const peer of this.#peers.values()) peer.tell(data);
  }

  /** How loud the others are now, 0 to 1. @returns {Map<string, number>} */
  levels() {
    const levels = new Map();
    for (const [id, peer] of this.#peers) levels.set(id, peer.pc?.getReceivers()[0]?.getSynchronizationSources?.()[0]?.audioLevel ?? 0);
    return levels;
  }

  async close() {
    this.#release.splice(0).forEach((f) => f());
    this.#dropAll();
  }

  /** @param {import("./line.js").CallState} state */
  #onState(state) {
    const others = new Set(state.people.map((p) => p.participationId).filter((id) => id !== this.line.ticket.participationId));
    for (const id of [...this.#peers.keys()]) if (!others.has(id)) this.#drop(id);
    for (const id of others) this.#peer(id);
  }

  /** @param {string} id @returns {Peer} */
  #peer(id) {
    const known = this.#peers.get(id);
    if (known) return known;
    const { ticket } = this.line;
    const peer = new Peer({
      offers: ticket.participationId < id,
      iceServers: ticket.iceServers,
      track: (kind) => this.#tracks[kind],
      send: (message) => this.line.signal(id, message),
      onTrack: (kind, track) => this.emit("track", { participationId: id, kind, track }),
      onMessage: (data) => this.emit("message", { participationId: id, data }),
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

  #dropAll() {
    for (const id of [...this.#peers.keys()]) this.#drop(id);
  }
}
