// @ts-check
// The page's line to the portal during a call, whatever carries sound and pictures: who is there, consent, captions,
// the heartbeat and the clock, and coming back after a break.
import { ApiError } from "./api.js";
import { ServerClock } from "./clock.js";
import { Emitter } from "./emitter.js";

/** @typedef {{ microphone: boolean, camera: boolean, screen: boolean }} Media */
/** @typedef {"microphone" | "camera" | "screen"} TrackKind */
/** @typedef {{ participationId: string, personId: string, name: string, role: "founder" | "coach", media: Media }} Participant */
/** @typedef {"granted" | "declined" | "withdrawn" | null} Answer */
/** @typedef {{ personId: string, name: string, role: "founder" | "coach", present: boolean, recordingConsent: Answer, transcriptConsent: Answer }} Expected */
/** @typedef {{ phase: "off" | "waiting" | "starting" | "active" | "paused" | "failed" | "stopped", recorder: "portal" | "egress", reason: string | null, recordingId: string | null, segmentId: string | null, startedAt: string | null, recordedMs: number }} RecordingState */
/** @typedef {{ revision: number, serverTime: string, callId: string, callStartedAt: string, people: Participant[], expected: Expected[], recording: RecordingState }} CallState */

/** @type {TrackKind[]} */
export const KINDS = ["microphone", "camera", "screen"];

const HEARTBEAT = 10_000;
const ANSWER_WITHIN = 8_000;
const LONGEST_WAIT = 5_000;
const SAID_AGAIN = 2_000;
const MEASURE_AFTER = 1_000;

/** @returns {Promise<any>} */
async function signalR() {
  // @ts-ignore: a script of the old kind, which leaves its name on the window.
  if (!window.signalR) await import("/lib/signalr.min.js");
  // @ts-ignore
  return window.signalR;
}

const newHub = async () => {
  const { HubConnectionBuilder, LogLevel } = await signalR();
  return new HubConnectionBuilder().withUrl("/hubs/call").configureLogging(LogLevel.None).build();
};

/** Opened ahead of a call; until somebody enters by it it may do nothing. @type {Promise<any> | null} */
let ahead = null;

/** Opens the line while the person still looks at the lobby. */
export function warmUp() {
  // What does not work now is tried again by whoever joins.
  ahead ??= newHub().then((hub) => hub.start().then(() => hub, () => hub));
  ahead.catch(() => (ahead = null));
}

/** The page goes elsewhere: nobody will join. */
export function coolDown() {
  void ahead?.then((hub) => hub.stop());
  ahead = null;
}

/**
 * Events: `state` (CallState), `entered` (in the call, for the first time or again), `renewed` (the ticket is another one
 * now: the participation had ended), `signal` ({from, message}), `link` ("up" | "down"), `caption`, `replaced`, `refused` (error), `ended` (reason).
 */
export class CallLine extends Emitter {
  /** @type {any} */
  #hub = null;
  /** @type {Media} */
  #media = { microphone: false, camera: false, screen: false };
  /** Of the newest state that came over this connection. */
  #revision = 0;
  #closed = false;
  #beat = 0;
  #trying = false;
  /** Whether the ticket is of no use any more. */
  #stale = false;
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

  /** Resolves when the person is in the call, or was refused (event); keeps the line from then on, for ever. */
  async connect() {
    const opened = ahead ?? newHub();
    ahead = null;
    const hub = (this.#hub = await opened);
    if (this.#closed) return void hub.stop();
    hub.on("state", (/** @type {CallState} */ s) => this.#onState(s));
    hub.on("signal", (/** @type {string} */ from, /** @type {string} */ json) => this.emit("signal", { from, message: JSON.parse(json) }));
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

  /** @param {Media} media */
  setMedia(media) {
    this.#media = media;
    if (this.#hub?.state !== "Connected") return;
    // Refused, as while the database is away: the others must not see a muted person as heard for long.
    void this.#hub.invoke("Media", media).catch(() => setTimeout(() => this.#media === media && this.setMedia(media), SAID_AGAIN));
  }

  /** @param {object} caption @param {boolean} ofFred @returns {Promise<string | null>} why it will never be kept; null when it is. Fails when it may be later. */
  sendCaption(caption, ofFred) {
    return this.#hub.invoke(ofFred ? "FredSaid" : "Caption", caption);
  }

  /** How loud the microphone was. @param {string} startedAt ISO, by the portal's clock @param {string} levels base64, a byte a tenth of a second */
  levels(startedAt, levels) {
    if (this.#hub?.state === "Connected") void this.#hub.invoke("Levels", startedAt, levels).catch(() => {});
  }

  /** To another participant; lost while the line is down. @param {string} to participation id @param {object} message */
  signal(to, message) {
    if (this.#hub.state === "Connected") void this.#hub.invoke("Signal", to, JSON.stringify(message)).catch(() => {});
  }

  /**
   * How good the connection was.
   * @param {import("./quality-watch.js").Sample[]} samples
   * @returns {Promise<import("./quality-watch.js").Answer | null>} null while the line is down
   */
  async quality(samples) {
    if (this.#hub?.state !== "Connected") return null;
    try {
      return await this.#hub.invoke("Quality", samples);
    } catch (e) {
      if (this.#hub.state !== "Connected") return null;
      throw e;
    }
  }

  /** Takes a new participation in place of this one: whoever carries the media accepts this one's ticket no longer. */
  async comeBackAsNew() {
    this.#stale = true;
    if (this.#hub?.state === "Connected") await this.#keepTrying();
  }

  async close() {
    this.#closed = true;
    this.#wake();
    clearInterval(this.#beat);
    removeEventListener("online", this.#hurry);
    removeEventListener("offline", this.#hurry);
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
        if (this.#hub.state === "Disconnected") {
          this.#revision = 0; // another portal may count from elsewhere
          await this.#hub.start();
        }
        await this.#enter();
        if (this.#stale) continue;
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
      if (!this.#stale) state = await this.#inTime(this.#hub.invoke("Enter", this.ticket.participationId));
    } catch (e) {
      if (this.#closed || this.#hub.state !== "Connected") throw e;
      // It was ended while we were away: come back as a new one.
      this.#stale = true;
    }
    if (this.#stale) {
      this.ticket = await this.renew();
      this.#stale = false;
      this.emit("renewed");
      state = await this.#inTime(this.#hub.invoke("Enter", this.ticket.participationId));
    }
    // The ticket may have said it, and nothing changed since.
    const known = state?.people?.find((/** @type {Participant} */ p) => p.participationId === this.ticket.participationId)?.media;
    if (KINDS.some((kind) => known?.[kind] !== this.#media[kind])) this.setMedia(this.#media);
    this.#onState(state);
    this.emit("entered");
    // Not at once: while sound and pictures are set up every answer is slow, and says little of the clock.
    setTimeout(() => this.#measure(), MEASURE_AFTER);
  }

  #measure() {
    if (this.#hub.state === "Connected") for (let i = 0; i < 5; i++) void this.#ping().catch(() => {});
  }

  /** @param {CallState} state */
  #onState(state) {
    // One that was pushed and the answer to entering may overtake each other.
    if (this.#closed || state.revision <= this.#revision) return;
    this.#revision = state.revision;
    this.emit("state", state);
  }

  async #ping() {
    const sent = Date.now();
    const server = await this.#hub.invoke("Ping", sent);
    this.clock.add(sent, Date.now(), server);
  }

  async #heartbeat() {
    if (this.#hub.state !== "Connected") return;
    try {
      await this.#inTime(this.#ping());
    } catch {
      // Answered, and refused: the participation has ended meanwhile.
      if (this.#hub.state === "Connected") void this.#keepTrying();
    }
  }

  /** A link that looks open and answers nothing is dead. @template T @param {Promise<T>} answer @returns {Promise<T>} */
  async #inTime(answer) {
    let timer = 0;
    const late = new Promise((_, reject) => (timer = window.setTimeout(() => reject(new Error("late")), ANSWER_WITHIN)));
    try {
      return await Promise.race([answer, /** @type {Promise<never>} */ (late)]);
    } catch (e) {
      if (/** @type {Error} */ (e).message === "late") await this.#hub.stop();
      throw e;
    } finally {
      clearTimeout(timer);
    }
  }

  #hurry = () => {
    this.#wake();
    void this.#heartbeat();
  };
}
