// @ts-check
// The one facade of lobby and call. The page starts it itself (boot.js); Razor attaches to it when its circuit is there
// and is told what happens, but nothing here waits for Razor.
import { ApiError, requestTicket } from "./api.js";
import { Devices } from "./devices.js";
import { Emitter } from "./emitter.js";
import { Lobby } from "./lobby.js";
import { TabStore } from "./store.js";

/** After which the call is shown, whoever has answered by then. */
const DRAWN_WITHIN = 300;

const events = new Emitter();
/** @type {Page | null} */
let page = null;
/** @type {{ invokeMethodAsync: (name: string) => Promise<void> } | null} */
let razor = null;

/** Starts the page that is shown, once. */
export function mount() {
  const root = document.getElementById("call-page");
  if (!root || root === page?.root) return;
  page = new Page(root);
  void page.start();
}

/** @param {any} callbacks Razor's object: JoinedAsync, LeftAsync */
export function attach(callbacks) {
  mount();
  razor = callbacks;
  if (page?.call) tell("JoinedAsync");
}

/** Razor saw that a recording is asked for, or no longer. @param {boolean} asked */
export const recordingAsked = (asked) => page?.lobby.recordingAsked(asked);

/**
 * Joins with what the lobby's form says, or with the answers given.
 * @param {import("./lobby.js").LobbyAnswers} [answers]
 */
export const join = (answers) => page?.enter(answers ?? page.lobby.answers()) ?? Promise.resolve();
export const leave = () => page?.leave() ?? Promise.resolve();
/** @param {boolean} on */
export const setMicrophone = (on) => page?.call?.setMicrophone(on);
/** @param {boolean} on */
export const setCamera = (on) => page?.call?.setCamera(on);
/** @param {boolean} on */
export const shareScreen = (on) => page?.call?.shareScreen(on);
/**
 * `joined`, `left`, `state` (CallState), `link` ("up" | "down"), `quality`, `moved`.
 * @param {string} event @param {(value: any) => void} handler
 */
export const on = (event, handler) => events.on(event, handler);

/** @param {"JoinedAsync" | "LeftAsync"} what */
function tell(what) {
  // The circuit may be away; it reads the database when it comes back.
  razor?.invokeMethodAsync(what).catch(() => {});
}

class Page {
  devices = new Devices();
  /** @type {import("./active-call.js").ActiveCall | null} */
  call = null;
  /** The one that is shown. @type {import("./active-call.js").ActiveCall | null} */
  staged = null;
  tabId = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.sessionId = /** @type {string} */ (root.dataset.sessionId);
    this.store = new TabStore(this.sessionId);
    this.lobby = new Lobby(this.devices, this.store, (answers) => this.enter(answers));
  }

  async start() {
    byId("back-here").addEventListener("click", () => void this.bringBack());
    byId("rejoin").addEventListener("click", () => this.store.set({ joined: false, participationId: undefined }));
    addEventListener("pagehide", () => this.call?.goAway());
    // A page kept by the browser and shown again has lost its connections: begin anew.
    addEventListener("pageshow", (e) => e.persisted && location.reload());
    // Blazor, which may come later, moved on to another page without unloading this one.
    const watch = () =>
      blazor()?.addEventListener("enhancedload", () => {
        if (this.root.isConnected) return;
        void import("./line.js").then((m) => m.coolDown());
        void this.leave();
      });
    if (blazor()?.addEventListener) watch();
    else document.addEventListener("blazor-started", watch, { once: true });

    const held = this.store.get();
    this.devices.muted = held.muted ?? false;
    const resuming = held.joined ?? false;
    if (resuming) this.#show("call");
    void this.devices.openBoth({ camera: !held.cameraOff });
    this.tabId = await this.store.claimTab();
    if (resuming && this.store.get().joined) await this.enter(undefined, held.participationId);
    else this.#openLobby();
  }

  /**
   * @param {import("./lobby.js").LobbyAnswers | undefined} answers undefined when coming back
   * @param {string} [resumes]
   */
  async enter(answers, resumes) {
    if (this.call) return;
    try {
      const [ticket, { ActiveCall, transportOf }] = await Promise.all([this.#ticket(answers, resumes), import("./active-call.js")]);
      const Transport = await transportOf(ticket.transport);
      this.store.set({ joined: true, participationId: ticket.participationId });
      const call = (this.call = new ActiveCall({ root: this.root, ticket, Transport, tabId: this.tabId, devices: this.devices, store: this.store, events }));
      call.on("leave", () => void this.leave());
      call.on("moved", () => this.#moved());
      call.on("refused", (e) => this.#refused(e));
      call.on("ended", (reason) => void this.#ended(reason));
      // Drawn once, with who is there; until then the thread is free for what leads to them.
      call.on("known", () => this.#enterStage(call));
      setTimeout(() => this.#enterStage(call), DRAWN_WITHIN);
      tell("JoinedAsync");
      await call.start();
      if (this.call === call) events.emit("joined", ticket.participationId);
    } catch (e) {
      this.#refused(e);
    }
  }

  /** @param {import("./active-call.js").ActiveCall} call */
  #enterStage(call) {
    if (this.call !== call || this.staged === call) return;
    this.staged = call;
    this.lobby.close();
    this.#show("call");
    byId("call-title").focus({ preventScroll: true });
  }

  async leave() {
    const call = this.call;
    if (!call) return;
    this.call = null;
    this.store.set({ joined: false, participationId: undefined });
    this.#show("after");
    byId("after-title").focus();
    tell("LeftAsync");
    events.emit("left");
    await call.leave();
    this.devices.stop(); // after the last of the sound was taken
  }

  async bringBack() {
    void this.devices.openBoth({ camera: !this.store.get().cameraOff });
    await this.enter(undefined);
  }

  /**
   * @param {import("./lobby.js").LobbyAnswers | undefined} answers @param {string} [resumes]
   * @returns {Promise<import("./api.js").JoinTicket>}
   */
  async #ticket(answers, resumes) {
    for (let wait = 250; ; wait = Math.min(5000, wait * 2)) {
      try {
        return await requestTicket({ sessionId: this.sessionId, enableRecording: null, ...answers, tabId: this.tabId, resumes, media: { ...this.devices.media, screen: false } });
      } catch (e) {
        // Whoever comes back waits for the portal; whoever stands in the lobby is told.
        const isAway = e instanceof ApiError && (e.status === 0 || e.status >= 500);
        if (!resumes || !isAway) throw e;
        await new Promise((r) => setTimeout(r, wait));
      }
    }
  }

  /** @param {any} e */
  #refused(e) {
    const type = e instanceof ApiError ? e.type : "";
    if (!(e instanceof ApiError)) console.error("call: joining failed", e);
    if (type === "moved") return this.#moved();
    // Coming back can learn of it before the line brings the news.
    if (type === "session-cancelled" && this.call) return void this.#ended("cancelled");
    if (e instanceof ApiError && (e.status === 401 || e.status === 404)) {
      this.store.set({ joined: false });
      location.reload(); // the server says what is: sign in, or not found
      return;
    }
    if (this.call) tell("LeftAsync");
    void this.call?.stop();
    this.call = null;
    this.store.set({ joined: false, participationId: undefined });
    this.#openLobby();
    if (type === "consent-needed") this.lobby.askAgain();
    else this.lobby.say(e instanceof ApiError ? e.message : "Joining did not work. Please try again.");
  }

  #moved() {
    void this.call?.stop();
    this.call = null;
    this.devices.stop();
    this.store.set({ joined: false, participationId: undefined });
    this.lobby.close();
    this.#show("moved");
    byId("back-here").focus();
    tell("LeftAsync");
    events.emit("moved");
  }

  /** @param {"cancelled" | "deleted" | "timeout"} reason */
  async #ended(reason) {
    if (reason === "timeout" && this.call) return; // we were thought gone; the transport comes back by itself
    byId("after-title").textContent = "The call has ended";
    byId("after-words").textContent = reason === "deleted" ? "This session was deleted." : "This session was cancelled.";
    byId("rejoin").hidden = true;
    await this.leave();
  }

  #openLobby() {
    this.#show("lobby");
    this.lobby.close();
    this.lobby.open(this.root.dataset.asksRecording === "true");
    const { livekit } = this.root.dataset;
    // Once the page has come to rest: nothing is to come before Join.
    setTimeout(() => void import("./line.js").then((m) => this.root.isConnected && !this.call && m.warmUp()), 500);
    void import("./active-call.js").then((m) => m.transportOf(livekit ? "livekit" : "direct"));
    if (livekit) void import("./transport-livekit.js").then((m) => m.warmUp(livekit)).catch(() => {}); // joining says what is wrong
  }

  /** @param {"lobby" | "call" | "moved" | "after"} which */
  #show(which) {
    for (const id of ["lobby", "call", "moved", "after"]) byId(id).hidden = id !== which;
    this.root.dataset.shows = which;
  }
}

// @ts-ignore: a script of the old kind, which leaves its name on the window.
const blazor = () => window.Blazor;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** For tests and for a person who looks into a broken call: `portalCall.getStats()`. */
// @ts-ignore
window.portalCall = {
  getStats: async () => page?.call?.getStats() ?? [],
  get state() {
    return page?.call?.state ?? null;
  },
  get participationId() {
    return page?.call?.participationId ?? null;
  },
  get recorder() {
    return page?.call?.capture.recorder?.status ?? null;
  },
  get devices() {
    return page?.devices ?? null;
  },
  join,
  leave,
  setMicrophone,
  setCamera,
  shareScreen,
  on,
};
