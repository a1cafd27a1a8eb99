// @ts-check
// What happened, in words, for a moment each.

const SHOWN_FOR = 7_000;

export class Notices {
  constructor() {
    this.box = /** @type {HTMLElement} */ (document.getElementById("notices"));
  }

  /** @param {string} words @param {"" | "warn"} [kind] */
  say(words, kind = "") {
    if ([...this.box.children].some((c) => c.textContent === words)) return;
    const line = document.createElement("p");
    line.className = `call-notice ${kind}`;
    line.textContent = words;
    this.box.append(line);
    setTimeout(() => line.remove(), SHOWN_FOR);
  }

  /**
   * @param {import("./line.js").CallState | null} before
   * @param {import("./line.js").CallState} after
   * @param {string} me person id
   */
  compare(before, after, me) {
    if (!before || before === after) return;
    const people = (/** @type {typeof after} */ s) => new Map(s.people.filter((p) => p.personId !== me).map((p) => [p.personId, p]));
    const [was, is] = [people(before), people(after)];
    for (const [id, p] of is) if (!was.has(id)) this.say(`${p.name} joined.`);
    for (const [id, p] of was) if (!is.has(id)) this.say(`${p.name} left the call.`);
    for (const [id, p] of is) if (p.media.screen && was.has(id) && !was.get(id)?.media.screen) this.say(`${p.name} is sharing their screen.`);
    for (const now of after.expected) {
      const then = before.expected.find((e) => e.personId === now.personId);
      if (now.personId === me || !then || then.recordingConsent === now.recordingConsent) continue;
      if (now.recordingConsent === "declined") this.say(`${now.name} did not agree to recording.`);
      if (now.recordingConsent === "withdrawn") this.say(`${now.name} took the agreement to recording back. Nothing is recorded any more.`);
      if (now.recordingConsent === "granted") this.say(`${now.name} agreed to recording.`);
    }
    const [p, q] = [before.recording.phase, after.recording.phase];
    if (p !== "paused" && q === "paused") this.say("The recording is paused.");
  }
}
