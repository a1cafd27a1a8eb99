// @ts-check
// Brings what is sent into line with what the person wants to send, one step after the other for each kind: a camera
// switched twice while the first switch is on its way must end up as the person left it.
import { KINDS } from "./line.js";
import { SOURCE_OF_KIND } from "./livekit-map.js";

/** @typedef {import("./line.js").TrackKind} TrackKind */

const AGAIN_AFTER = 2_000;

export class Publisher {
  /** @type {Record<TrackKind, MediaStreamTrack | null>} */
  #wanted = { microphone: null, camera: null, screen: null };
  /** @type {Map<TrackKind, any>} LiveKit's local tracks */
  #sent = new Map();
  /** @type {Record<TrackKind, Promise<void>>} */
  #steps = { microphone: Promise.resolve(), camera: Promise.resolve(), screen: Promise.resolve() };
  #muted = false;
  #allowed = true;
  /** @type {any} LiveKit's local participant, while connected */
  #me = null;
  #retry = 0;

  /**
   * @param {(track: MediaStreamTrack) => any} wrap makes LiveKit's local track of a device's
   * @param {(e: unknown) => void} onTrouble
   */
  constructor(wrap, onTrouble) {
    this.wrap = wrap;
    this.onTrouble = onTrouble;
  }

  /** @param {any} me the local participant of a new connection, or null when it is gone */
  connected(me) {
    this.#me = me;
    this.#sent.clear();
    this.#syncAll();
  }

  /** Whether this person may send at all now. @param {boolean} allowed */
  allow(allowed) {
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    this.#syncAll();
  }

  /** @param {TrackKind} kind @param {MediaStreamTrack | null} track */
  set(kind, track) {
    this.#wanted[kind] = track;
    this.#sync(kind);
  }

  /** @param {boolean} muted */
  mute(muted) {
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.#sync("microphone");
  }

  /** Resolves when nothing is on its way any more. */
  async settled() {
    await Promise.all(Object.values(this.#steps));
  }

  close() {
    clearTimeout(this.#retry);
    this.#me = null;
    this.#sent.clear();
  }

  #syncAll() {
    for (const kind of KINDS) this.#sync(kind);
  }

  /** @param {TrackKind} kind */
  #sync(kind) {
    this.#steps[kind] = this.#steps[kind].then(async () => {
      const me = this.#me;
      try {
        if (me) await this.#step(me, kind);
      } catch (e) {
        // Of a connection that is gone: the next one begins anew.
        if (me !== this.#me) return;
        this.#sent.delete(kind);
        this.onTrouble(e);
        clearTimeout(this.#retry);
        this.#retry = +setTimeout(() => this.#syncAll(), AGAIN_AFTER);
      }
    });
  }

  /** @param {any} me @param {TrackKind} kind */
  async #step(me, kind) {
    const wanted = this.#allowed ? this.#wanted[kind] : null;
    const sent = this.#sent.get(kind);
    const silent = kind === "microphone" && this.#muted;
    if (!wanted) {
      // A place once taken is kept while there is nothing to send (a camera that is off): coming back is quicker.
      if (sent && kind !== "screen" && this.#allowed) return void (await sent.mute());
      this.#sent.delete(kind);
      if (sent) await me.unpublishTrack(sent, false);
      return;
    }
    if (!sent) {
      const track = this.wrap(wanted);
      if (silent) await track.mute();
      await me.publishTrack(track, { source: SOURCE_OF_KIND[kind] });
      if (me === this.#me) this.#sent.set(kind, track);
      return;
    }
    if (sent.mediaStreamTrack !== wanted) await sent.replaceTrack(wanted, { userProvidedTrack: true });
    await (silent ? sent.mute() : sent.unmute());
  }
}
