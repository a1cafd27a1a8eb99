// @ts-check
// The lobby: preview, level, devices, consents, the way in.
import { fillSelects } from "./devices.js";
import { LevelMeter } from "./level.js";
import { deviceChoice } from "./store.js";

/** @template {HTMLElement} T @param {string} id @returns {T | null} */
const byId = (id) => /** @type {T | null} */ (document.getElementById(id));

/** @typedef {{ enableRecording: boolean | null, consents: { recording?: boolean, transcript: boolean } }} LobbyAnswers */

export class Lobby {
  #meter = new LevelMeter();
  #timer = 0;
  /** @type {(() => void)[]} */
  #release = [];
  #asked = false;
  #joining = false;

  /**
   * @param {import("./devices.js").Devices} devices
   * @param {import("./store.js").TabStore} store
   * @param {(answers: LobbyAnswers) => Promise<void>} join
   */
  constructor(devices, store, join) {
    this.devices = devices;
    this.store = store;
    this.join = join;
  }

  /** @param {boolean} asked whether a recording is asked for or running already */
  open(asked) {
    const panel = /** @type {HTMLElement} */ (byId("lobby"));
    panel.hidden = false;
    this.recordingAsked(asked);

    const form = byId("lobby-form");
    form?.addEventListener("submit", this.#submit);
    byId("recording-toggle")?.addEventListener("change", this.#drawQuestion);
    byId("lobby-microphone")?.addEventListener("click", this.#toggleMicrophone);
    byId("lobby-camera")?.addEventListener("click", this.#toggleCamera);
    byId("speaker-test")?.addEventListener("click", playTestSound);
    for (const id of ["lobby-microphone", "lobby-camera", "speaker-test", "join"]) byId(id)?.removeAttribute("disabled");
    this.#release.push(
      this.devices.on("change", (kind) => this.#draw(kind)),
      this.devices.on("problem", () => this.#drawProblems()),
      this.devices.on("list", () => void fillSelects(panel, this.devices)),
      () => {
        form?.removeEventListener("submit", this.#submit);
        byId("recording-toggle")?.removeEventListener("change", this.#drawQuestion);
        byId("lobby-microphone")?.removeEventListener("click", this.#toggleMicrophone);
        byId("lobby-camera")?.removeEventListener("click", this.#toggleCamera);
        byId("speaker-test")?.removeEventListener("click", playTestSound);
      },
    );
    const level = /** @type {HTMLMeterElement} */ (byId("level"));
    this.#timer = window.setInterval(() => this.#joining || (level.value = this.devices.muted ? 0 : this.#meter.read()), 80);

    this.#draw("camera");
    this.#draw("microphone");
    void fillSelects(panel, this.devices);
  }

  close() {
    clearInterval(this.#timer);
    this.#release.splice(0).forEach((f) => f());
    this.#meter.close();
    const panel = byId("lobby");
    if (panel) panel.hidden = true;
    const preview = /** @type {HTMLVideoElement | null} */ (byId("preview"));
    if (preview) preview.srcObject = null;
  }

  /** Somebody asked for a recording, or took it back. @param {boolean} asked */
  recordingAsked(asked) {
    this.#asked = asked;
    this.#drawQuestion();
  }

  /** Puts the question although the page did not know of it, and says why. */
  askAgain() {
    this.#asked = true;
    this.#drawQuestion();
    this.say("This call is to be recorded. Please say whether you agree, then join.");
    byId("consent-recording")?.focus();
  }

  /** @param {string | null} words */
  say(words) {
    const line = byId("join-words");
    if (!line) return;
    line.textContent = words ?? "";
    line.hidden = !words;
  }

  /** @returns {LobbyAnswers} */
  answers() {
    const toggle = /** @type {HTMLInputElement | null} */ (byId("recording-toggle"));
    const recording = /** @type {HTMLInputElement} */ (byId("consent-recording"));
    const transcript = /** @type {HTMLInputElement} */ (byId("consent-transcript"));
    const asked = !byId("ask-recording")?.hidden;
    return {
      // Left as it was: says nothing, so that a request made elsewhere meanwhile stands.
      enableRecording: toggle && toggle.checked !== toggle.defaultChecked ? toggle.checked : null,
      consents: { transcript: transcript.checked, ...(asked ? { recording: recording.checked } : {}) },
    };
  }

  #submit = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (byId("join"));
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    button.textContent = "Joining…";
    this.say(null);
    this.#rest(true);
    try {
      await this.join(this.answers());
    } finally {
      this.#rest(false);
      button.removeAttribute("aria-disabled");
      button.textContent = "Join";
    }
  };

  /** The lobby stands still while somebody joins: the machine has the call to set up. @param {boolean} on */
  #rest(on) {
    this.#joining = on;
    const preview = /** @type {HTMLVideoElement} */ (byId("preview"));
    if (on) preview.pause();
    else if (preview.srcObject) void preview.play().catch(() => {}); // back in the lobby
  }

  #toggleMicrophone = () => {
    this.devices.setMuted(!this.devices.muted);
    this.store.set({ muted: this.devices.muted });
  };

  #toggleCamera = () => {
    void this.devices.setCameraOff(!this.devices.cameraOff);
    this.store.set({ cameraOff: this.devices.cameraOff });
    this.#draw("camera");
  };

  #drawQuestion = () => {
    const toggle = /** @type {HTMLInputElement | null} */ (byId("recording-toggle"));
    const question = byId("ask-recording");
    if (question) question.hidden = !(this.#asked || toggle?.checked);
  };

  /** @param {"camera" | "microphone"} kind */
  #draw(kind) {
    if (kind === "microphone") {
      this.#meter.follow(this.devices.tracks.microphone);
      byId("lobby-microphone")?.setAttribute("aria-pressed", String(this.devices.muted));
      return;
    }
    const track = this.devices.tracks.camera;
    const preview = /** @type {HTMLVideoElement} */ (byId("preview"));
    preview.hidden = !track;
    preview.srcObject = track ? new MediaStream([track]) : null;
    /** @type {HTMLElement} */ (byId("preview-empty")).hidden = !!track;
    byId("lobby-camera")?.setAttribute("aria-pressed", String(this.devices.cameraOff));
    this.#drawProblems();
  }

  #drawProblems() {
    const { camera, microphone } = this.devices.problems;
    const words = byId("preview-words");
    if (words) words.textContent = this.devices.cameraOff ? "Your camera is off." : (camera ?? "Opening your camera…");
    const line = byId("device-words");
    if (!line) return;
    line.textContent = microphone ?? "";
    line.hidden = !microphone;
  }
}

/** Two soft notes on the chosen speaker. */
async function playTestSound() {
  const context = new AudioContext();
  const out = context.createGain();
  [523.25, 659.25].forEach((frequency, i) => {
    const tone = new OscillatorNode(context, { frequency });
    const envelope = new GainNode(context, { gain: 0 });
    const at = context.currentTime + 0.1 + i * 0.35;
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(0.25, at + 0.04);
    envelope.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    tone.connect(envelope).connect(out);
    tone.start(at);
    tone.stop(at + 0.65);
  });
  const destination = context.createMediaStreamDestination();
  out.connect(destination);
  const audio = /** @type {HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> }} */ (new Audio());
  audio.srcObject = destination.stream;
  const speaker = deviceChoice().speaker;
  if (speaker && audio.setSinkId) await audio.setSinkId(speaker).catch(() => {});
  await audio.play().catch(() => {});
  setTimeout(() => void context.close(), 1600);
}
