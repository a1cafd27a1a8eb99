// @ts-check
// What the line under the title says of the connection: the worst of what is known, and what the person can do.

/** @typedef {{ state: "connecting" | "up" | "down", words: string | null }} Flow */

export class LinkWords {
  /** Whether the call's state has arrived. */
  known = false;
  /** Whether the line to the portal is cut. */
  down = false;
  /** Whether the person may be seen and heard now. */
  allowed = true;
  /** @type {Set<string>} participations to which no path was found */
  noPath = new Set();
  /** Of FRED's voice that is missing. @type {string | null} */
  voice = null;
  /** @type {Flow} sound and pictures, where a server carries them */
  #flow = { state: "up", words: null };
  #flowed = false;

  /** @param {Flow} flow */
  setFlow(flow) {
    this.#flow = flow;
    this.#flowed ||= flow.state !== "connecting";
  }

  /** @param {{ participationId: string, name: string }[]} people @returns {string | null} null: all is well */
  words(people) {
    const { state, words } = this.#flow;
    if (this.down) return "Reconnecting… You can stay here; this page comes back by itself.";
    if (!this.known || (state === "connecting" && !this.#flowed)) return "Connecting…";
    if (state === "connecting") return "Reconnecting… You can stay here; this page comes back by itself.";
    if (state === "down") return words;
    if (!this.allowed) return "Your microphone opens when the recording has ended.";
    const names = people.filter((p) => this.noPath.has(p.participationId)).map((p) => p.name);
    if (names.length) return `No path to ${names.join(", ")} was found. Try another network (a phone's hotspot often works), or turn a VPN off; this page keeps trying.`;
    return this.voice;
  }
}
