// @ts-check
// The person's own screen, while it is shared.

export class ScreenShare {
  /** @type {MediaStreamTrack | null} */
  track = null;

  /**
   * @param {(track: MediaStreamTrack | null) => void} onChange also when the person stops it in the browser's own bar
   * @param {(words: string) => void} warn
   */
  constructor(onChange, warn) {
    this.onChange = onChange;
    this.warn = warn;
  }

  /** @param {boolean} on */
  async set(on) {
    this.stop();
    if (on) {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } } });
        const track = (this.track = stream.getVideoTracks()[0]);
        track.contentHint = "detail";
        track.addEventListener("ended", () => track === this.track && void this.set(false));
      } catch (e) {
        // The person closed the browser's question: nothing to say. Anything else: words.
        if (/** @type {Error} */ (e).name !== "NotAllowedError") this.warn("This browser cannot share the screen here.");
      }
    }
    this.onChange(this.track);
  }

  /** Tells nobody. */
  stop() {
    this.track?.stop();
    this.track = null;
  }
}
