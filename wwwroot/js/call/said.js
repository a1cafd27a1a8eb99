// @ts-check
// Whose words are shown, and whose page hands them in: what this page hears, what the portal sends, what agents and the
// others' pages hear. Who has not agreed to a transcript is not written down, not even for a moment.
import { AGENT } from "./freds-voice.js";
import { chooseDevice, deviceChoice } from "./store.js";

/** @typedef {import("./captions.js").Captions} Captions */

/** Characters: what somebody is just saying is shown to its end. */
const LONGEST = 300;

export class Said {
  /** @type {Captions | null} */
  #captions = null;
  /** @type {((captions: Captions) => void)[]} what comes before they are loaded */
  #early = [];
  #closed = false;

  /** @param {import("./active-call.js").ActiveCall} call */
  constructor(call) {
    this.call = call;
    call.line.on("caption", (turn) => this.#show((captions) => captions.add(turn)));
    call.line.on("entered", () => this.#captions?.unsent.again());
    call.transport.on("heard", (/** @type {any} */ heard) => this.#onHeard(heard));
    call.transport.on("agent", (/** @type {boolean} */ here) => here || this.#captions?.setHeard(false));
    call.transport.on("message", (/** @type {{ participationId: string, data: string }} */ message) => this.#onMessage(message));
  }

  async open() {
    const { Captions } = await import("./captions.js");
    if (this.#closed) return;
    const { line, transport, controls, store, ticket } = this.call;
    const captions = (this.#captions = new Captions(
      {
        send: (caption, ofFred) => line.sendCaption(caption, ofFred),
        says: (text, since) => transport.tell(JSON.stringify({ says: text.slice(-LONGEST), since })),
        now: () => line.clock.now(),
        lost: (words) => this.call.notices.say(words, "warn"),
      },
      { deviceChoice, chooseDevice },
    ));
    // What the page before a reload could not hand in any more; if it was this person's.
    const { unsent } = store.get();
    store.set({ unsent: undefined });
    if (unsent?.of === ticket.identity) for (const { caption, ofFred } of unsent.waiting) captions.unsent.add(caption, ofFred);
    captions.setShown(controls.captionsShown);
    this.update();
    for (const work of this.#early.splice(0)) work(captions);
  }

  /** Consent, or the microphone, may be another. */
  update() {
    const { state, ticket } = this.call;
    if (!state) return;
    this.#captions?.update({ consent: state.expected.find((e) => e.personId === ticket.identity)?.transcriptConsent ?? null, muted: !this.call.media().microphone });
  }

  /** @param {boolean} shown */
  setShown(shown) {
    this.#captions?.setShown(shown);
  }

  async finish() {
    await this.#captions?.finish();
  }

  /** The page goes, and may come back. */
  goAway() {
    if (this.#captions) this.call.store.set({ unsent: { of: this.call.ticket.identity, waiting: this.#captions.unsent.waiting } });
  }

  close() {
    this.#closed = true;
    this.#captions?.close();
  }

  /** @param {(captions: Captions) => void} work */
  #show(work) {
    if (this.#captions) work(this.#captions);
    else this.#early.push(work);
  }

  /** @param {(e: import("./line.js").Expected) => boolean} who */
  #agreed(who) {
    return this.call.state?.expected.find(who)?.transcriptConsent === "granted";
  }

  /** Somebody in the call who has agreed. @param {string} participationId */
  #speaker(participationId) {
    const person = this.call.state?.people.find((p) => p.participationId === participationId);
    return person && this.#agreed((e) => e.personId === person.personId) ? person : null;
  }

  /** An agent's words for what somebody said. @param {import("./livekit-map.js").Heard & { text: string, final: boolean }} heard */
  #onHeard(heard) {
    const { voice, ticket, participationId } = this.call;
    if (heard.participationId === AGENT) {
      if (!voice.expected) return;
      // FRED's words are the founder's to keep; without that they are read, and gone.
      const keeps = this.#agreed((e) => e.role === "founder");
      return this.#show((captions) => captions.hear({ ...heard, kept: heard.kept || !keeps }, { name: "FRED", role: null }, keeps && ticket.role === "founder"));
    }
    const person = this.#speaker(heard.participationId);
    if (person) this.#show((captions) => captions.hear(heard, person, person.participationId === participationId));
  }

  /** What somebody is just saying, as their own page hears it. @param {{ participationId: string, data: string }} message */
  #onMessage({ participationId, data }) {
    const person = this.#speaker(participationId);
    if (!person || data.length > 10 * LONGEST) return;
    try {
      const { says, since } = JSON.parse(data);
      if (typeof says === "string" && Number.isFinite(since)) this.#captions?.says(person, says.slice(-LONGEST), since);
    } catch {
      // Not of this portal's making.
    }
  }
}
