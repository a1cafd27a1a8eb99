// @ts-check
// Sound and pictures over a LiveKit server. Who is in the call, and whether it goes on, the call's line alone says:
// what ends here without its order is begun again.
import { Emitter } from "./emitter.js";
import { hearWords } from "./livekit-heard.js";
import { afterEnd, kindOf, needsNewToken, participationOf, qualityOf, wordsOf } from "./livekit-map.js";
import { Publisher } from "./livekit-publisher.js";

/** @typedef {import("./line.js").TrackKind} TrackKind */

/** Of one attempt. LiveKit's client has limits of its own, and for some faults none. */
const IN_WITHIN = 10_000;
const LONGEST_WAIT = 8_000;
/** Of what the portal's pages tell each other. */
const TOPIC = "portal";

/** @returns {Promise<any>} */
async function liveKit() {
  // @ts-ignore: made at build.
  const kit = await import("/lib/livekit-client.js");
  kit.setLogLevel("silent"); // its lines would carry addresses and names into the console
  return kit;
}

/** Fetches what joining needs and opens the way to the server, while the person still looks at the lobby. @param {string} url */
export async function warmUp(url) {
  const { Room } = await liveKit();
  await new Room().prepareConnection(url);
}

/**
 * Events: `track` ({participationId, kind, track|null}), `gone` (participationId), `quality` ({participationId, level, word}),
 * `flow` ({state: "connecting" | "up" | "down", words}), `allowed` (whether one may send), `replaced`, `voice` ({id, track|null}, of an
 * agent), `heard` (Heard with text), `agent` (whether one is in the room), `message` ({participationId, data}).
 */
export class LiveKitTransport extends Emitter {
  /** @type {any} */
  #kit = null;
  /** @type {any} */
  #room = null;
  /** @type {Map<string, any>} LiveKit's remote tracks by participation and kind */
  #tracks = new Map();
  /** @type {Publisher | null} */
  #publisher = null;
  #ticketAt = performance.now();
  #closed = false;
  #trying = false;
  #away = false;
  #wake = () => {};
  /** @type {((publisher: Publisher) => void)[]} what was asked for before the client was loaded */
  #early = [];
  /** @type {(() => void)[]} */
  #release = [];

  /** @param {import("./line.js").CallLine} line @param {() => Promise<any>} [load] LiveKit's client */
  constructor(line, load = liveKit) {
    super();
    this.line = line;
    this.load = load;
    this.#release.push(
      // Another participation: the others must see it, so come in anew under its name.
      line.on("renewed", () => {
        this.#ticketAt = performance.now();
        void this.#leaveRoom().then(() => this.#keepTrying());
      }),
    );
    addEventListener("online", this.#hurry);
  }

  /** Resolves when the first attempt is under way; tries until there is a room, and again whenever there is none any more. */
  async connect() {
    const kit = (this.#kit = await this.load());
    if (this.#closed) return;
    const wrap = (/** @type {MediaStreamTrack} */ track) => (track.kind === "audio" ? new kit.LocalAudioTrack(track, undefined, true) : new kit.LocalVideoTrack(track, undefined, true));
    this.#publisher = new Publisher(wrap, (e) => console.debug("call: sending", e));
    for (const early of this.#early.splice(0)) early(this.#publisher);
    void this.#keepTrying();
  }

  /** @param {TrackKind} kind @param {MediaStreamTrack | null} track */
  setTrack(kind, track) {
    this.#publish((p) => p.set(kind, track));
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    this.#publish((p) => p.mute(muted));
  }

  /**
   * Where a picture is seen: the server sends it in that size, and not at all while it is out of sight.
   * @param {string} participationId @param {TrackKind} kind @param {HTMLVideoElement} video
   */
  show(participationId, kind, video) {
    const track = this.#tracks.get(`${participationId}/${kind}`);
    if (track?.kind === "video" && !track.attachedElements.includes(video)) track.attach(video);
  }

  /** @returns {Promise<{ participationId: string, report: Iterable<any> }[]>} */
  async stats() {
    /** @type {Map<string, any[]>} */
    const reports = new Map();
    for (const [key, track] of this.#tracks) {
      const id = key.split("/")[0];
      const report = await track.getRTCStatsReport();
      reports.set(id, [...(reports.get(id) ?? []), ...(report?.values() ?? [])]);
    }
    return [...reports].map(([participationId, report]) => ({ participationId, report }));
  }

  /** Tells everyone in the call, who then has a `message`. @param {string} data */
  tell(data) {
    void this.#room?.localParticipant.publishData(new TextEncoder().encode(data), { reliable: true, topic: TOPIC }).catch(() => {});
  }

  /** How loud the others are now, 0 to 1. @returns {Map<string, number>} */
  levels() {
    const levels = new Map();
    for (const p of this.#room?.activeSpeakers ?? []) {
      const id = participationOf(p);
      if (id && !p.isLocal) levels.set(id, p.audioLevel);
    }
    return levels;
  }

  async close() {
    this.#closed = true;
    this.#wake();
    removeEventListener("online", this.#hurry);
    this.#release.splice(0).forEach((f) => f());
    this.#publisher?.close();
    await this.#leaveRoom();
  }

  /** @param {(publisher: Publisher) => void} work */
  #publish(work) {
    if (this.#publisher) work(this.#publisher);
    else this.#early.push(work);
  }

  async #keepTrying() {
    if (this.#trying || this.#closed) return;
    this.#trying = true;
    try {
      for (let wait = 500; !this.#closed && !this.#room; wait = Math.min(LONGEST_WAIT, wait * 2)) {
        /** @type {any} */
        let error;
        try {
          if (await this.#enterRoom()) return;
          continue;
        } catch (e) {
          error = e;
        }
        if (this.#closed) return;
        this.#away = true;
        this.emit("flow", { state: "down", words: wordsOf(error) });
        await new Promise((resolve) => {
          this.#wake = () => resolve(undefined);
          setTimeout(resolve, wait);
        });
        if (!this.#closed && needsNewToken(error, performance.now() - this.#ticketAt)) await this.line.comeBackAsNew();
      }
    } finally {
      this.#trying = false;
    }
  }

  /** @returns {Promise<boolean>} false: it is the wrong room by now */
  async #enterRoom() {
    const { ticket } = this.line;
    const room = new this.#kit.Room({ adaptiveStream: true, dynacast: true, stopLocalTrackOnUnpublish: false });
    this.#listen(room);
    // Once it was said that the server is away, that stands until it is back.
    if (!this.#away) this.emit("flow", { state: "connecting", words: null });
    let timer = 0;
    const late = new Promise((_, reject) => (timer = window.setTimeout(() => reject(new Error("late")), IN_WITHIN)));
    try {
      await Promise.race([room.connect(ticket.url, ticket.token, { maxRetries: 0, websocketTimeout: IN_WITHIN, peerConnectionTimeout: IN_WITHIN }), late]);
    } catch (e) {
      room.removeAllListeners();
      void room.disconnect(false).catch(() => {});
      throw e;
    } finally {
      clearTimeout(timer);
    }
    // Meanwhile the page left the call, or came back as another participation.
    if (this.#closed || ticket !== this.line.ticket) {
      room.removeAllListeners();
      await room.disconnect(false);
      return false;
    }
    this.#room = room;
    this.#permission();
    this.#publisher?.connected(room.localParticipant);
    this.#away = false;
    this.emit("flow", { state: "up", words: null });
    this.#agents();
    return true;
  }

  /** @param {any} room */
  #listen(room) {
    const { RoomEvent } = this.#kit;
    room.on(RoomEvent.TrackSubscribed, (/** @type {any} */ track, /** @type {any} */ _, /** @type {any} */ from) => this.#onTrack(track, from, true));
    room.on(RoomEvent.TrackUnsubscribed, (/** @type {any} */ track, /** @type {any} */ _, /** @type {any} */ from) => this.#onTrack(track, from, false));
    room.on(RoomEvent.ParticipantConnected, (/** @type {any} */ who) => who.isAgent && room === this.#room && this.#agents());
    room.on(RoomEvent.ParticipantDisconnected, (/** @type {any} */ from) => {
      const id = participationOf(from);
      if (id) this.emit("gone", id);
      else if (from.isAgent && room === this.#room) this.#agents();
    });
    room.on(RoomEvent.ConnectionQualityChanged, (/** @type {string} */ quality, /** @type {any} */ from) => {
      const [participationId, known] = [participationOf(from), qualityOf(quality)];
      if (!participationId || !known) return;
      this.emit("quality", { participationId, ...known });
    });
    room.on(RoomEvent.ParticipantPermissionsChanged, (/** @type {any} */ _, /** @type {any} */ of) => of === room.localParticipant && room === this.#room && this.#permission());
    const away = () => room === this.#room && this.emit("flow", { state: "connecting", words: null });
    room.on(RoomEvent.SignalReconnecting, away);
    room.on(RoomEvent.Reconnecting, away);
    room.on(RoomEvent.Reconnected, () => room === this.#room && this.emit("flow", { state: "up", words: null }));
    room.on(RoomEvent.Disconnected, (/** @type {number | undefined} */ reason) => room === this.#room && this.#onEnd(afterEnd(reason)));
    room.on(RoomEvent.DataReceived, (/** @type {Uint8Array} */ data, /** @type {any} */ from, /** @type {any} */ _, /** @type {string | undefined} */ topic) => {
      const participationId = participationOf(from);
      if (participationId && topic === TOPIC) this.emit("message", { participationId, data: new TextDecoder().decode(data) });
    });
    hearWords(room, RoomEvent.ParticipantConnected, (heard) => room === this.#room && this.emit("heard", heard));
  }

  #agents() {
    this.emit("agent", [...this.#room.remoteParticipants.values()].some((p) => p.isAgent));
  }

  /** @param {any} track @param {any} from @param {boolean} here */
  #onTrack(track, from, here) {
    const [participationId, kind] = [participationOf(from), kindOf(track.source)];
    // An agent has no tile, and is heard.
    if (from.isAgent && track.kind === "audio") return this.emit("voice", { id: track.sid, track: here ? track.mediaStreamTrack : null });
    if (!participationId || !kind) return;
    const key = `${participationId}/${kind}`;
    if (here) {
      this.#tracks.set(key, track);
      this.emit("track", { participationId, kind, track: track.mediaStreamTrack });
    } else {
      track.detach();
      if (this.#tracks.get(key) !== track) return;
      this.#tracks.delete(key);
      this.emit("track", { participationId, kind, track: null });
    }
  }

  #permission() {
    const allowed = this.#room.localParticipant.permissions?.canPublish !== false;
    this.#publisher?.allow(allowed);
    this.emit("allowed", allowed);
  }

  /** @param {"closed" | "moved" | "out" | "again"} after */
  #onEnd(after) {
    this.#forgetRoom();
    if (this.#closed || after === "closed") return;
    if (after === "moved") return this.emit("replaced");
    this.emit("flow", { state: "connecting", words: null });
    // With the portal's leave alone: whoever it has not let in again is not seen and heard.
    if (after === "out") return void this.line.comeBackAsNew();
    void this.#keepTrying();
  }

  async #leaveRoom() {
    const room = this.#room;
    this.#forgetRoom();
    room?.removeAllListeners();
    await room?.disconnect(false).catch(() => {});
  }

  #forgetRoom() {
    this.#room = null;
    this.#publisher?.connected(null);
    for (const id of new Set([...this.#tracks.keys()].map((k) => k.split("/")[0]))) this.emit("gone", id);
    this.#tracks.clear();
  }

  #hurry = () => this.#wake();
}
