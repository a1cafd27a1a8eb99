// @ts-check
// The recording indicator and its buttons: drawn from the server's state alone.

/** @typedef {import("./line.js").CallState} CallState */

export class RecordingBar {
  /** @type {CallState | null} */
  #state = null;
  #timer = 0;
  #spoken = "";

  /** @param {boolean} canAsk whether this person may ask for a recording @param {() => number} now the server's clock, ms */
  constructor(canAsk, now) {
    this.canAsk = canAsk;
    this.now = now;
    this.#timer = window.setInterval(() => this.#drawTime(), 500);
  }

  /** @param {CallState} state @param {string} me person id */
  draw(state, me) {
    this.#state = state;
    const { phase, reason } = state.recording;
    const mine = state.expected.find((e) => e.personId === me)?.recordingConsent ?? null;
    const asked = phase === "waiting" || phase === "starting" || phase === "active" || phase === "paused" || phase === "failed";

    show("recording-indicator", phase === "active");
    const words = phase === "active" ? "" : phase === "paused" ? (reason ?? "The recording is paused.") : phase === "off" ? "Not recorded" : (reason ?? "Not recorded");
    const line = /** @type {HTMLElement} */ (document.getElementById("recording-reason"));
    line.hidden = !words;
    if (line.textContent !== words) line.textContent = words;

    const shown = {
      request: this.canAsk && (phase === "off" || phase === "stopped") && mine !== "withdrawn",
      cancel: this.canAsk && phase === "waiting",
      pause: phase === "active" || phase === "starting",
      resume: phase === "paused",
    };
    for (const [action, visible] of Object.entries(shown)) showAll(`[data-recording="${action}"]:not([data-again])`, visible);
    // To the server it is the same; to people it is not.
    showAll("[data-recording][data-again]", phase === "failed");
    showAll('.recording-actions [data-consent="recording"][data-granted="true"]', (asked || phase === "stopped") && (mine === "declined" || mine === "withdrawn"));
    showAll('.recording-actions [data-consent="recording"][data-granted="false"]', asked && mine === "granted");
    show("question-recording", asked && mine === null);
    this.#speak(phase === "active" ? "This call is being recorded." : words);
    this.#drawTime();
  }

  close() {
    clearInterval(this.#timer);
  }

  #drawTime() {
    const state = this.#state;
    if (state?.recording.phase !== "active") return;
    const ms = state.recording.recordedMs + Math.max(0, this.now() - Date.parse(state.serverTime));
    const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
    const time = /** @type {HTMLElement} */ (document.getElementById("recording-time"));
    time.textContent = h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
  }

  /** For screen readers, once a change: the running time would never let them rest. @param {string} words */
  #speak(words) {
    if (words === this.#spoken) return;
    this.#spoken = words;
    /** @type {HTMLElement} */ (document.getElementById("recording-spoken")).textContent = words;
  }
}

/** @param {string} id @param {boolean} visible */
function show(id, visible) {
  const element = document.getElementById(id);
  if (element) element.hidden = !visible;
}

/** @param {string} selector @param {boolean} visible */
function showAll(selector, visible) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))) element.hidden = !visible;
}
