// @ts-check
// One connection to one other participation. Of each pair the one with the smaller id makes the offers, so offers never
// cross; camera, microphone and screen have their places from the start, so that switching them needs no new offer.

import { KINDS } from "./line.js";

/** @typedef {import("./line.js").TrackKind} TrackKind */

const RETRY_AFTER = 7_000;
const NO_PATH_AFTER = 15_000;

export class Peer {
  /** @type {RTCPeerConnection | null} */
  pc = null;
  /** The offering side names each attempt, so that news of an old one is told apart. */
  #generation = "";
  /** @type {RTCDataChannel | null} */
  #channel = null;
  /** @type {RTCIceCandidateInit[]} */
  #early = [];
  #chain = Promise.resolve();
  #retry = 0;
  #noPath = 0;
  #closed = false;
  connected = false;

  /**
   * @param {object} options
   * @param {boolean} options.offers
   * @param {RTCIceServer[]} options.iceServers
   * @param {(kind: TrackKind) => MediaStreamTrack | null} options.track
   * @param {(message: object) => void} options.send
   * @param {(kind: TrackKind, track: MediaStreamTrack) => void} options.onTrack
   * @param {(data: string) => void} options.onMessage
   * @param {(state: "connecting" | "connected" | "no-path") => void} options.onState
   */
  constructor(options) {
    this.options = options;
    this.#noPath = window.setTimeout(() => options.onState("no-path"), NO_PATH_AFTER);
    if (options.offers) this.#begin(crypto.randomUUID());
  }

  /** @param {string} generation */
  #begin(generation) {
    this.pc?.close();
    this.#generation = generation;
    this.#early = [];
    const pc = (this.pc = new RTCPeerConnection({ iceServers: this.options.iceServers, bundlePolicy: "max-bundle" }));
    pc.onicecandidate = (e) => this.#send({ c: e.candidate?.toJSON() ?? null });
    pc.ontrack = (e) => this.options.onTrack(KINDS[Number(e.transceiver.mid)], e.track);
    // Both sides open it by its number, so that it needs no telling.
    this.#channel = pc.createDataChannel("call", { negotiated: true, id: 0 });
    this.#channel.onmessage = ({ data }) => typeof data === "string" && this.options.onMessage(data);
    pc.onconnectionstatechange = () => pc === this.pc && this.#changed(pc.connectionState);
    if (this.options.offers) {
      for (const kind of KINDS) {
        const transceiver = pc.addTransceiver(kind === "microphone" ? "audio" : "video", { direction: "sendrecv" });
        void transceiver.sender.replaceTrack(this.options.track(kind));
      }
      pc.onnegotiationneeded = () => this.#queue(() => this.#offer());
      this.#armRetry();
    }
  }

  async #offer() {
    const pc = this.pc;
    if (!pc || pc.signalingState !== "stable") return;
    await pc.setLocalDescription();
    this.#send({ d: pc.localDescription });
  }

  /** A message of the other side; handled one after the other. @param {any} message */
  receive(message) {
    this.#queue(async () => {
      if (message.restart) {
        if (this.options.offers) this.restart();
        return;
      }
      if (message.g !== this.#generation) {
        if (this.options.offers || message.d?.type !== "offer") return;
        this.#begin(message.g);
      }
      const pc = /** @type {RTCPeerConnection} */ (this.pc);
      if (message.d) {
        await pc.setRemoteDescription(message.d);
        for (const candidate of this.#early.splice(0)) await pc.addIceCandidate(candidate);
        if (message.d.type === "offer") {
          for (const [i, transceiver] of pc.getTransceivers().entries()) {
            transceiver.direction = "sendrecv";
            await transceiver.sender.replaceTrack(this.options.track(KINDS[i]));
          }
          await pc.setLocalDescription();
          this.#send({ d: pc.localDescription });
        }
      } else if (message.c && pc.remoteDescription) {
        await pc.addIceCandidate(message.c);
      } else if (message.c) {
        this.#early.push(message.c);
      }
    });
  }

  /** Looks for a path anew; asked of the offering side. */
  restart() {
    if (this.#closed) return;
    if (!this.options.offers) {
      this.options.send({ restart: true });
    } else if (this.pc?.signalingState === "stable" && this.pc.connectionState !== "closed") {
      this.pc.restartIce();
      this.#armRetry();
    } else {
      this.#begin(crypto.randomUUID());
    }
  }

  /** @param {TrackKind} kind @param {MediaStreamTrack | null} track */
  async replace(kind, track) {
    const transceiver = this.pc?.getTransceivers()[KINDS.indexOf(kind)];
    await transceiver?.sender.replaceTrack(track).catch(() => {});
  }

  /** What cannot be sent now is not sent later. @param {string} data */
  tell(data) {
    if (this.#channel?.readyState === "open") this.#channel.send(data);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#noPath);
    this.pc?.close();
    this.pc = null;
  }

  /** @param {RTCPeerConnectionState} state */
  #changed(state) {
    if (this.#closed) return;
    if (state === "connected") {
      this.connected = true;
      clearTimeout(this.#retry);
      clearTimeout(this.#noPath);
      this.options.onState("connected");
    } else if (state === "disconnected" || state === "failed") {
      if (this.connected) {
        this.connected = false;
        this.#noPath = window.setTimeout(() => this.options.onState("no-path"), NO_PATH_AFTER);
      }
      this.options.onState("connecting");
      // A short break heals by itself.
      clearTimeout(this.#retry);
      this.#retry = window.setTimeout(() => !this.connected && this.restart(), state === "failed" ? 0 : 2_000);
    }
  }

  /** The answer may be lost with a connection: begin anew rather than wait for ever. */
  #armRetry() {
    clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => {
      if (!this.connected && !this.#closed) this.#begin(crypto.randomUUID());
    }, RETRY_AFTER);
  }

  /** @param {object} message */
  #send(message) {
    this.options.send({ g: this.#generation, ...message });
  }

  /** @param {() => Promise<void>} work */
  #queue(work) {
    this.#chain = this.#chain.then(() => (this.#closed ? undefined : work())).catch((e) => {
      // An answer to an attempt that is over. The retry begins anew if it was more than that.
      console.debug("call: signalling", e);
    });
  }
}
