// @ts-check
// The control bar, its keys and dialogs, the sidebar. Bound here, so that they work while the circuit is away.
import { fillSelects } from "./devices.js";
import { warningWords } from "./quality-watch.js";

/**
 * @typedef {object} ControlActions
 * @property {() => void} mute
 * @property {() => void} camera
 * @property {() => void} share
 * @property {() => void} leave
 * @property {() => void} unlock
 * @property {(shown: boolean) => void} captionsShown
 * @property {(type: "recording" | "transcript", granted: boolean) => void} consent
 * @property {(action: "request" | "cancel" | "pause" | "resume") => void} recording
 */

const KEYS = { m: "mute", v: "camera", s: "share", c: "captions", f: "fred", "?": "shortcuts" };
/** Room for the sidebar beside the video. */
const WIDE = "(min-width: 1024px)";

export class Controls {
  captionsShown = false;
  #abort = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {import("./devices.js").Devices} devices
   * @param {import("./store.js").TabStore} store
   * @param {ControlActions} actions
   */
  constructor(root, devices, store, actions) {
    this.root = root;
    this.devices = devices;
    this.store = store;
    this.actions = actions;
  }

  open() {
    const { signal } = this.#abort;
    byId("call").addEventListener("click", this.#click, { signal });
    document.addEventListener("keydown", this.#key, { signal });
    byId("side-close").addEventListener("click", () => this.#showSide(null, true), { signal });
    byId("sound-unlock").addEventListener("click", () => {
      byId("sound-unlock").hidden = true;
      this.actions.unlock();
    }, { signal });
    signal.addEventListener("abort", this.devices.on("list", () => dialog("devices-dialog").open && void fillSelects(dialog("devices-dialog"), this.devices)));
    const held = this.store.get().side;
    this.#showSide(held !== undefined ? held : matchMedia(WIDE).matches ? "fred" : null, false);
  }

  close() {
    this.#abort.abort();
    this.drawQuality(false);
    for (const id of ["devices-dialog", "shortcuts-dialog"]) dialog(id).close();
  }

  /** @param {{ muted: boolean, cameraOff: boolean, sharing: boolean }} state */
  draw({ muted, cameraOff, sharing }) {
    press("mute", muted);
    press("camera", cameraOff);
    press("share", sharing);
  }

  /** @param {import("./line.js").Expected | null} mine */
  drawConsents(mine) {
    const granted = mine?.transcriptConsent === "granted";
    /** @type {HTMLElement} */ (this.root.querySelector('[data-consent="transcript"][data-granted="true"]')).hidden = granted;
    /** @type {HTMLElement} */ (this.root.querySelector('[data-consent="transcript"][data-granted="false"]')).hidden = !granted;
    byId("transcript-wording").hidden = granted;
    byId("captions-words").textContent = granted
      ? "What you say is written down here and kept as the session's transcript."
      : "You have not agreed to a transcript, so nothing you say is written down.";
  }

  /** @param {string[] | null} names whom we wait for; none in a call with FRED */
  drawAlone(names) {
    const line = byId("alone");
    line.hidden = !names;
    line.textContent = names?.length ? `Waiting for ${names.join(" and ")}…` : names ? (line.dataset.nobody ?? "") : "";
  }

  /** @param {string | null} words */
  drawLink(words) {
    const line = byId("link-words");
    line.hidden = !words;
    if (line.textContent !== (words ?? "")) line.textContent = words ?? "";
  }

  /** @param {boolean} poor whether the connection is */
  drawQuality(poor) {
    const line = byId("quality-words");
    line.hidden = !poor;
    line.textContent = poor ? warningWords(!!this.devices.tracks.camera) : "";
  }

  showUnlock() {
    byId("sound-unlock").hidden = false;
  }

  #click = (/** @type {MouseEvent} */ e) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (e.target).closest("button"));
    if (!button) return;
    const { action, consent, granted, recording } = button.dataset;
    if (action) this.#act(action);
    else if (consent) this.actions.consent(/** @type {any} */ (consent), granted === "true");
    else if (recording) this.actions.recording(/** @type {any} */ (recording));
  };

  #key = (/** @type {KeyboardEvent} */ e) => {
    const target = /** @type {HTMLElement} */ (e.target);
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const action = KEYS[/** @type {keyof typeof KEYS} */ (e.key.toLowerCase())];
    if (action) {
      e.preventDefault();
      this.#act(action);
    } else if (e.key === "Escape" && !matchMedia(WIDE).matches) {
      this.#showSide(null, true);
    }
  };

  /** @param {string} action */
  #act(action) {
    if (action === "fred" || action === "captions") this.#showSide(byId("side").dataset.shows === action ? null : action, true);
    else if (action === "devices") void fillSelects(dialog("devices-dialog"), this.devices).then(() => dialog("devices-dialog").showModal());
    else if (action === "shortcuts") dialog("shortcuts-dialog").showModal();
    else this.actions[/** @type {"mute" | "camera" | "share" | "leave"} */ (action)]();
  }

  /** @param {string | null} which @param {boolean} byHand */
  #showSide(which, byHand) {
    const side = byId("side");
    const before = side.dataset.shows;
    side.hidden = !which;
    side.dataset.shows = which ?? "";
    for (const name of ["fred", "captions"]) {
      byId(`side-${name}`).hidden = name !== which;
      press(name, name === which);
    }
    this.captionsShown = which === "captions";
    this.actions.captionsShown(this.captionsShown);
    if (!byHand) return;
    this.store.set({ side: which });
    // The keyboard goes where the person looks, and back to the button when it closes.
    if (which === "fred") /** @type {HTMLElement | null} */ (side.querySelector("[data-testid=fred-input]"))?.focus();
    else if (!which && before && side.contains(document.activeElement)) /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-action="${before}"]`))?.focus();
  }
}

/** @param {string} action @param {boolean} pressed */
function press(action, pressed) {
  document.querySelector(`#controls [data-action="${action}"]`)?.setAttribute("aria-pressed", String(pressed));
}

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));
