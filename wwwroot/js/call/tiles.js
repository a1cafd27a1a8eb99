// @ts-check
// Who is seen: a tile each, shared screens large. All elements are made here; Blazor never touches them.

/** @typedef {import("./line.js").Participant} Participant */
/** @typedef {{ root: HTMLElement, video: HTMLVideoElement, stream: MediaStream, screen: HTMLElement | null, person: Participant }} Tile */

/** After which nothing waits for a picture any more, in milliseconds. */
const SEEN_WITHIN = 1_000;

export class Tiles {
  /** @type {Map<string, Tile>} by participation */
  #tiles = new Map();
  /** @type {Map<string, Partial<Record<import("./line.js").TrackKind, MediaStreamTrack>>>} */
  #tracks = new Map();
  /** Of agents, who have no tile. @type {Map<string, HTMLAudioElement>} */
  #voices = new Map();
  #speaker = "";
  #isSeen = () => {};
  /** The first picture of another is there, or none is to come: until then they get all of the machine, and one's own waits. */
  seen = new Promise((/** @type {(_: void) => void} */ resolve) => (this.#isSeen = resolve));
  #waits = true;

  /**
   * @param {() => void} onBlocked the browser does not play sound before the person presses something
   * @param {(participationId: string, kind: "camera" | "screen", video: HTMLVideoElement) => void} onShown where somebody's picture is seen
   */
  constructor(onBlocked, onShown) {
    this.box = /** @type {HTMLElement} */ (document.getElementById("tiles"));
    this.template = /** @type {HTMLTemplateElement} */ (document.getElementById("tile-template"));
    this.onBlocked = onBlocked;
    this.onShown = onShown;
    setTimeout(this.#isSeen, SEEN_WITHIN);
    void this.seen.then(() => {
      this.#waits = false;
      for (const tile of this.#tiles.values()) if (isOwn(tile)) this.#drawTile(tile, true);
    });
  }

  /** @param {Participant[]} people @param {string} self participation id */
  draw(people, self) {
    for (const [id, tile] of this.#tiles)
      if (!people.some((p) => p.participationId === id)) this.#remove(id, tile);
    for (const person of people) {
      const id = person.participationId;
      const tile = this.#tiles.get(id) ?? this.#add(person, id === self);
      tile.person = person;
      this.#drawTile(tile, id === self);
    }
    this.box.dataset.count = String(people.length);
    if (!people.some((p) => p.participationId !== self && p.media.camera)) this.#isSeen();
  }

  /** @param {string} id @param {import("./line.js").TrackKind} kind @param {MediaStreamTrack | null} track */
  setTrack(id, kind, track) {
    const tracks = this.#tracks.get(id) ?? {};
    if (track) tracks[kind] = track;
    else delete tracks[kind];
    this.#tracks.set(id, tracks);
    const tile = this.#tiles.get(id);
    if (tile) this.#drawTile(tile, isOwn(tile));
  }

  /** @param {string} id */
  forget(id) {
    this.#tracks.delete(id);
  }

  /** @param {string} id who speaks, or "" */
  setSpeaker(id) {
    if (id === this.#speaker) return;
    this.#speaker = id;
    for (const [key, tile] of this.#tiles) tile.root.classList.toggle("speaking", key === id);
  }

  /** @param {string} id @param {{ lead?: string, word: string, level: string } | null} quality lead: what the word is about, left out where there is little room */
  setQuality(id, quality) {
    const badge = /** @type {HTMLElement | null | undefined} */ (this.#tiles.get(id)?.root.querySelector(".tile-quality"));
    if (!badge) return;
    badge.hidden = !quality;
    /** @type {HTMLElement} */ (badge.querySelector(".tile-lead")).textContent = quality?.lead ?? "";
    /** @type {HTMLElement} */ (badge.querySelector(".tile-value")).textContent = quality?.word ?? "";
    badge.dataset.level = quality?.level ?? "";
  }

  /** @param {string} speaker device id */
  async setSpeakerDevice(speaker) {
    for (const heard of /** @type {(HTMLMediaElement & { setSinkId?: (id: string) => Promise<void> })[]} */ (this.#heard()))
      if (!heard.muted && heard.setSinkId) await heard.setSinkId(speaker).catch(() => {});
  }

  /** After the person pressed something. */
  unlock() {
    for (const heard of this.#heard()) this.#play(heard);
  }

  /** An agent's. @param {string} id @param {MediaStreamTrack | null} track null: it speaks no more */
  setVoice(id, track) {
    const audio = this.#voices.get(id) ?? new Audio();
    audio.srcObject = track && new MediaStream([track]);
    if (!track) return void this.#voices.delete(id);
    this.#voices.set(id, audio);
    this.#play(audio);
  }

  clear() {
    for (const [id, tile] of this.#tiles) this.#remove(id, tile);
    for (const id of [...this.#voices.keys()]) this.setVoice(id, null);
    this.#tracks.clear();
  }

  /** @param {Participant} person @param {boolean} isSelf @returns {Tile} */
  #add(person, isSelf) {
    const root = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (this.template.content.cloneNode(true)).firstElementChild);
    const video = /** @type {HTMLVideoElement} */ (root.querySelector("video"));
    root.dataset.testid = isSelf ? "tile-self" : `tile-${person.role}`;
    root.classList.toggle("self", isSelf);
    video.muted = isSelf;
    video.setAttribute("aria-label", isSelf ? "Your camera" : `${person.name}'s camera`);
    /** @type {HTMLElement} */ (root.querySelector(".tile-words")).textContent = isSelf ? `${person.name} (you)` : person.name;
    /** @type {HTMLElement} */ (root.querySelector(".tile-avatar")).textContent = initials(person.name);
    const tile = { root, video, stream: new MediaStream(), screen: null, person };
    this.#tiles.set(person.participationId, tile);
    if (isSelf) this.box.append(root);
    else this.box.prepend(root);
    return tile;
  }

  /** @param {Tile} tile @param {boolean} isSelf */
  #drawTile(tile, isSelf) {
    const { person, root, video, stream } = tile;
    const tracks = this.#tracks.get(person.participationId) ?? {};
    /** @type {HTMLElement} */ (root.querySelector(".tile-muted")).hidden = person.media.microphone;
    // Before it is said where the picture is shown: one that is out of sight is not sent, and comes back a second later.
    const seen = person.media.camera && !!tracks.camera;
    video.hidden = !seen;
    root.classList.toggle("no-video", !seen);
    const wanted = [isSelf ? null : tracks.microphone, isSelf && this.#waits ? null : tracks.camera].filter((t) => !!t);
    const held = stream.getTracks();
    if (wanted.length !== held.length || wanted.some((t) => !held.includes(/** @type {MediaStreamTrack} */ (t)))) {
      held.forEach((t) => stream.removeTrack(t));
      wanted.forEach((t) => stream.addTrack(/** @type {MediaStreamTrack} */ (t)));
      video.srcObject = stream;
      this.#play(video);
      if (!isSelf && tracks.camera) {
        this.onShown(person.participationId, "camera", video);
        video.requestVideoFrameCallback?.(() => this.#isSeen());
      }
    }
    this.#drawScreen(tile, isSelf, person.media.screen ? (tracks.screen ?? null) : null);
  }

  /** @param {Tile} tile @param {boolean} isSelf @param {MediaStreamTrack | null} track */
  #drawScreen(tile, isSelf, track) {
    const shown = /** @type {MediaStream | undefined} */ (tile.screen?.querySelector("video")?.srcObject)?.getTracks()[0];
    if (shown === (track ?? undefined)) return;
    tile.screen?.remove();
    tile.screen = null;
    if (track) {
      const root = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (this.template.content.cloneNode(true)).firstElementChild);
      const video = /** @type {HTMLVideoElement} */ (root.querySelector("video"));
      root.classList.add("screen");
      root.dataset.testid = "tile-screen";
      video.muted = true;
      video.hidden = false;
      video.srcObject = new MediaStream([track]);
      video.setAttribute("aria-label", isSelf ? "Your screen, as the others see it" : `${tile.person.name}'s screen`);
      /** @type {HTMLElement} */ (root.querySelector(".tile-words")).textContent = isSelf ? "Your screen" : `${tile.person.name}'s screen`;
      tile.screen = root;
      this.box.prepend(root);
      this.#play(video);
      if (!isSelf) this.onShown(tile.person.participationId, "screen", video);
    }
    this.box.classList.toggle("with-screen", !!this.box.querySelector(".screen"));
  }

  #heard() {
    return [...[...this.#tiles.values()].map((t) => t.video), ...this.#voices.values()];
  }

  /** @param {HTMLMediaElement} media */
  #play(media) {
    media.play().catch((e) => {
      if (/** @type {Error} */ (e).name === "NotAllowedError") this.onBlocked();
    });
  }

  /** @param {string} id @param {Tile} tile */
  #remove(id, tile) {
    tile.video.srcObject = null;
    tile.screen?.remove();
    tile.root.remove();
    this.#tiles.delete(id);
    this.box.classList.toggle("with-screen", !!this.box.querySelector(".screen"));
  }
}

/** @param {Tile} tile */
const isOwn = ({ root }) => root.classList.contains("self");

/** @param {string} name */
const initials = (name) => {
  const words = name.split(" ").filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
};
