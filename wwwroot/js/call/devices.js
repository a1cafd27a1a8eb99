// @ts-check
// Camera and microphone, opened once for the preview and kept for the call.
import { Emitter } from "./emitter.js";
import { chooseDevice, deviceChoice } from "./store.js";

/** @typedef {"camera" | "microphone"} Kind */

const WORDS = {
  camera: {
    NotAllowedError: "The browser may not use your camera. Allow it beside the address, or join without.",
    NotFoundError: "No camera found. You can join without one.",
    NotReadableError: "Another program is using your camera. Close it there and choose the camera again.",
    other: "Your camera could not be opened. You can join without it.",
  },
  microphone: {
    NotAllowedError: "The browser may not use your microphone. Allow it beside the address; until then the others cannot hear you.",
    NotFoundError: "No microphone found. You can join and listen.",
    NotReadableError: "Another program is using your microphone. Close it there and choose the microphone again.",
    other: "Your microphone could not be opened. You can join and listen.",
  },
};

/** The person's own tracks. Events: `change` (kind), `problem` ({kind, words|null}), `list`. */
export class Devices extends Emitter {
  /** @type {{ camera: MediaStreamTrack | null, microphone: MediaStreamTrack | null }} */
  tracks = { camera: null, microphone: null };
  /** @type {{ camera: string | null, microphone: string | null }} */
  problems = { camera: null, microphone: null };
  cameraOff = false;
  muted = false;
  /** @type {{ camera: number, microphone: number }} */
  #asked = { camera: 0, microphone: 0 };

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      this.emit("list");
      // A device that was missing may have come; one that is in use says so by its track's end.
      for (const kind of /** @type {Kind[]} */ (["camera", "microphone"]))
        if (!this.tracks[kind] && this.problems[kind] && (kind === "microphone" || !this.cameraOff)) void this.open(kind);
    });
  }

  /** Opens both, in one question to the person where possible. @param {{ camera: boolean }} wanted */
  async openBoth({ camera }) {
    this.cameraOff = !camera;
    if (!navigator.mediaDevices?.getUserMedia) {
      this.#problem("microphone", "Camera and microphone need a secure (https) address. You can join, read and write.");
      return;
    }
    if (camera) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints("microphone"), video: constraints("camera") });
        if (this.cameraOff) stream.getVideoTracks().forEach((t) => t.stop());
        else this.#take("camera", stream.getVideoTracks()[0]);
        this.#take("microphone", stream.getAudioTracks()[0]);
        return;
      } catch {
        // One of the two is missing or refused: ask for each alone and say which.
      }
    }
    await this.open("microphone");
    if (camera && !this.cameraOff) await this.open("camera");
  }

  /** @param {Kind} kind @returns {Promise<MediaStreamTrack | null>} */
  async open(kind) {
    const asked = ++this.#asked[kind];
    try {
      const stream = await navigator.mediaDevices.getUserMedia(kind === "camera" ? { video: constraints(kind) } : { audio: constraints(kind) });
      const track = stream.getTracks()[0];
      if (asked !== this.#asked[kind] || (kind === "camera" && this.cameraOff)) {
        track.stop();
        return this.tracks[kind];
      }
      this.#take(kind, track);
      return track;
    } catch (e) {
      if (asked !== this.#asked[kind]) return this.tracks[kind];
      this.#drop(kind);
      const words = WORDS[kind];
      this.#problem(kind, words[/** @type {keyof typeof words} */ (/** @type {Error} */ (e).name)] ?? words.other);
      return null;
    }
  }

  /** @param {"camera" | "microphone" | "speaker"} kind @param {string} id */
  async choose(kind, id) {
    chooseDevice({ [kind]: id });
    if (kind === "speaker") this.emit("speaker", id);
    else if (kind === "microphone" || !this.cameraOff) await this.open(kind);
  }

  /** What there is to send. */
  get media() {
    return { microphone: !!this.tracks.microphone && !this.muted, camera: !!this.tracks.camera };
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    this.muted = muted;
    if (this.tracks.microphone) this.tracks.microphone.enabled = !muted;
    else if (!muted) void this.open("microphone");
    this.emit("change", "microphone");
  }

  /** Off releases the camera, so that its light goes out. @param {boolean} off */
  async setCameraOff(off) {
    this.cameraOff = off;
    if (off) {
      this.#asked.camera++;
      this.#drop("camera");
      this.#problem("camera", null);
    } else {
      await this.open("camera");
    }
  }

  stop() {
    this.#asked.camera++;
    this.#asked.microphone++;
    this.cameraOff = true;
    this.#drop("camera");
    this.#drop("microphone");
  }

  /** @returns {Promise<{ camera: MediaDeviceInfo[], microphone: MediaDeviceInfo[], speaker: MediaDeviceInfo[] }>} */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (/** @type {MediaDeviceKind} */ kind) => all.filter((d) => d.kind === kind && d.deviceId);
    return { camera: of("videoinput"), microphone: of("audioinput"), speaker: of("audiooutput") };
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track */
  #take(kind, track) {
    const old = this.tracks[kind];
    this.tracks[kind] = track;
    if (kind === "microphone") track.enabled = !this.muted;
    track.addEventListener("ended", () => {
      if (this.tracks[kind] !== track) return;
      // Unplugged, or taken away by the system: go on with whatever else there is.
      this.tracks[kind] = null;
      this.emit("change", kind);
      this.#problem(kind, kind === "camera" ? "Your camera went away." : "Your microphone went away; looking for another one…");
      void this.open(kind);
    });
    this.emit("change", kind);
    old?.stop();
    this.#problem(kind, null);
    this.emit("list");
  }

  /** @param {Kind} kind */
  #drop(kind) {
    const track = this.tracks[kind];
    this.tracks[kind] = null;
    track?.stop();
    if (track) this.emit("change", kind);
  }

  /** @param {Kind} kind @param {string | null} words */
  #problem(kind, words) {
    this.problems[kind] = words;
    this.emit("problem", { kind, words });
  }
}

/** @param {Kind} kind @returns {MediaTrackConstraints} */
function constraints(kind) {
  const id = deviceChoice()[kind];
  // "ideal": a device that is gone since must not stop the call.
  const device = id ? { deviceId: { ideal: id } } : {};
  return kind === "camera"
    ? { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
    : { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

/**
 * Fills the selects of a part of the page and keeps the choice.
 * @param {ParentNode} root @param {Devices} devices @returns {Promise<void>}
 */
export async function fillSelects(root, devices) {
  const list = await devices.list();
  const choice = deviceChoice();
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (root.querySelectorAll("select[data-device]"))) {
    const kind = /** @type {"camera" | "microphone" | "speaker"} */ (select.dataset.device);
    const current = kind === "speaker" ? choice.speaker : (devices.tracks[kind]?.getSettings().deviceId ?? choice[kind]);
    const options = list[kind].map((d, i) => new Option(d.label || `${select.labels?.[0]?.textContent} ${i + 1}`, d.deviceId, false, d.deviceId === current));
    if (options.length === 0) options.push(new Option(kind === "speaker" ? "The system's speaker" : `No ${kind}`, ""));
    select.replaceChildren(...options);
    select.disabled = list[kind].length === 0;
    select.onchange = () => void devices.choose(kind, select.value);
    if (kind === "speaker" && !("setSinkId" in HTMLMediaElement.prototype)) /** @type {HTMLElement} */ (select.closest(".field")).hidden = true;
  }
}
