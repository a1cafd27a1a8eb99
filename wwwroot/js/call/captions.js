// @ts-check
// What is said, in words: one's own by the browser's speech recognition, the others' as they come from the server.
import { Unsent } from "./unsent.js";

const MOST_SHOWN = 300;
/** How long a recogniser may take over the last words. */
const LAST_WORDS = 1_500;
/** After which what somebody was just saying is no longer what they are just saying. */
const PASSES = 6_000;
/** What a character takes somebody who talks on, ms. */
const CHARACTER = 1_000 / 15;

export class Captions {
  /** @type {any} */
  #recogniser = null;
  #running = false;
  #unavailable = false;
  #shown = false;
  #consent = false;
  #muted = true;
  #closed = false;
  #failures = 0;
  #startedAt = 0;
  #endedAt = 0;
  #session = "";
  #utterance = 0;
  /** @type {HTMLElement | null} */
  #interim = null;
  /** @type {Set<string>} */
  #known = new Set();
  #retry = 0;
  /** Whether an agent of the media server writes down what this person says: the browser need not, and must not twice. */
  #heard = false;
  /** @type {Map<string, { line: HTMLElement, startedAt: number }>} what agents have heard so far and may still correct, by key */
  #pending = new Map();
  /** @type {Map<string, { line: HTMLElement, since: number, timer: number }>} what the others are just saying, by role */
  #saying = new Map();

  /**
   * @param {object} call
   * @param {(caption: object, ofFred: boolean) => Promise<string | null>} call.send see {@link Unsent}
   * @param {(text: string, since: number) => void} call.says tells the others what is just being said here, and since when (by the server's clock, ms); empty: nothing more
   * @param {() => number} call.now the server's clock, ms
   * @param {(words: string) => void} call.lost says that something said is not written down
   * @param {{ deviceChoice: () => import("./store.js").DeviceChoice, chooseDevice: (change: object) => void }} kept what the browser remembers
   */
  constructor({ send, says, now, lost }, { deviceChoice, chooseDevice }) {
    this.unsent = new Unsent(send, lost);
    this.tell = says;
    this.now = now;
    this.list = /** @type {HTMLElement} */ (document.getElementById("captions"));
    const language = (this.language = /** @type {HTMLSelectElement} */ (document.getElementById("captions-language")));
    language.value = deviceChoice().language ?? "";
    language.onchange = () => {
      chooseDevice({ language: language.value });
      this.#abort();
      this.update({});
    };
    // @ts-ignore
    this.Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    if (!this.Recognition) this.#giveUp();
  }

  /** @param {boolean} shown */
  setShown(shown) {
    this.#shown = shown;
    if (shown) this.list.scrollTop = this.list.scrollHeight;
  }

  /** @param {{ consent?: string | null, muted?: boolean }} change */
  update({ consent, muted }) {
    if (consent !== undefined) this.#consent = consent === "granted";
    if (muted !== undefined) this.#muted = muted;
    const wanted = this.#consent && !this.#muted && !this.#unavailable && !this.#heard && !this.#closed;
    if (wanted && !this.#running) this.#start();
    // abort, not stop: what was heard before the mute and not yet finished is dropped rather than sent.
    else if (!wanted && this.#running) this.#abort();
  }

  /** @param {{ turnId: string, speaker: string, role: string | null, text: string, startedAt: string }} turn */
  add(turn) {
    if (this.#known.has(turn.turnId)) return;
    this.#known.add(turn.turnId);
    const at = Date.parse(turn.startedAt);
    // What comes by the portal may be overtaken by the beginning of what is said next.
    if (turn.role && (this.#saying.get(turn.role)?.since ?? at) <= at) this.#said(turn.role);
    const line = this.#line(turn.speaker, turn.text, turn.role ?? "fred");
    line.dataset.at = String(at);
    // Two people's captions may arrive in another order than they were said.
    const later = [...this.list.children].find((c) => c.classList.contains("interim") || Number(/** @type {HTMLElement} */ (c).dataset.at) > Number(line.dataset.at));
    this.list.insertBefore(line, later ?? null);
    while (this.list.children.length > MOST_SHOWN) this.list.firstElementChild?.remove();
    this.setShown(this.#shown);
  }

  /** @param {boolean} heard false: nobody will say how what was being heard went on */
  setHeard(heard) {
    if (!heard) {
      for (const { line } of this.#pending.values()) line.remove();
      this.#pending.clear();
    }
    this.#heard = heard;
    /** @type {HTMLElement} */ (document.getElementById("captions-unavailable")).hidden = heard || !this.#unavailable;
    this.update({});
  }

  /**
   * What an agent heard, or said. The page of the person who said it, and no other, hands the final words in: once,
   * whatever the number of pages that hear them. What FRED said, the founder's page.
   * @param {import("./livekit-map.js").Heard & { text: string, final: boolean }} heard
   * @param {{ name: string, role: import("./line.js").Participant["role"] | null }} person who said it
   * @param {boolean} hands whether this page hands it in
   */
  hear({ key, final, kept, text }, person, hands) {
    const ofFred = person.role === null;
    const mine = hands && !ofFred;
    if (mine) this.setHeard(true);
    if (this.#known.has(key)) return;
    const before = this.#pending.get(key);
    this.#pending.delete(key);
    before?.line.remove();
    const startedAt = before?.startedAt ?? this.now() - (final ? text.length * CHARACTER : 0);
    if (final) {
      this.#known.add(key);
      if (kept) this.add({ turnId: `${key}:shown`, speaker: person.name, role: person.role, text, startedAt: new Date(startedAt).toISOString() });
      else if (hands) this.unsent.add({ key, text, startedAt: new Date(startedAt).toISOString(), endedAt: new Date(this.now()).toISOString(), confidence: null, language: null }, ofFred);
      return;
    }
    const line = this.#line(mine ? "You" : person.name, text, "interim");
    this.#pending.set(key, { line, startedAt });
    this.#append(line);
  }

  /** What somebody is just saying, until it is handed in. @param {import("./line.js").Participant} person @param {string} text empty: nothing more @param {number} since when it began, ms */
  says({ role, name }, text, since) {
    this.#said(role);
    if (!text) return;
    const line = this.#line(name, text, "interim");
    // As kept captions have it: in whole milliseconds.
    this.#saying.set(role, { line, since: Math.floor(since), timer: window.setTimeout(() => this.#said(role), PASSES) });
    this.#append(line);
  }

  /** Hands in what was just being said: who leaves has often promised something. */
  async finish() {
    const recogniser = this.#running && this.#recogniser;
    if (recogniser)
      await new Promise((done) => {
        recogniser.onend = done;
        setTimeout(done, LAST_WORDS);
        recogniser.stop();
      });
    await this.unsent.finish();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.unsent.close();
    this.#abort();
  }

  #start() {
    const recogniser = (this.#recogniser = new this.Recognition());
    recogniser.continuous = true;
    recogniser.interimResults = true;
    recogniser.lang = this.language.value || navigator.language || "en";
    this.#session = crypto.randomUUID();
    this.#utterance = 0;
    this.#startedAt = 0;
    recogniser.onspeechstart = () => (this.#startedAt = this.now());
    recogniser.onresult = (/** @type {any} */ e) => recogniser === this.#recogniser && this.#onResult(e, recogniser.lang);
    recogniser.onerror = (/** @type {any} */ e) => {
      if (["service-not-allowed", "not-allowed", "language-not-supported"].includes(e.error)) this.#giveUp();
      else if (["network", "audio-capture"].includes(e.error) && ++this.#failures >= 2) this.#giveUp();
    };
    recogniser.onend = () => {
      if (recogniser !== this.#recogniser) return;
      this.#running = false;
      this.#drop();
      // Recognisers stop after a silence: go on.
      clearTimeout(this.#retry);
      this.#retry = window.setTimeout(() => this.update({}), this.#failures ? 2_000 : 250);
    };
    try {
      recogniser.start();
      this.#running = true;
    } catch {
      this.#giveUp();
    }
  }

  #abort() {
    const recogniser = this.#recogniser;
    this.#recogniser = null;
    this.#running = false;
    this.#drop();
    try {
      recogniser?.abort();
    } catch {
      // It had ended by itself.
    }
  }

  /** @param {any} e @param {string} language */
  #onResult(e, language) {
    this.#failures = 0;
    const now = this.now();
    const results = [...e.results].slice(e.resultIndex);
    const finals = results.filter((r) => r.isFinal).map(([best]) => ({ text: best.transcript.trim(), confidence: best.confidence || null }));
    const length = finals.reduce((sum, { text }) => sum + text.length, 0);
    // Several at once share the time. Of what nothing was guessed before, its length tells when it began.
    let from = this.#startedAt || Math.max(this.#endedAt, now - length * CHARACTER);
    const each = (now - from) / length;
    for (const { text, confidence } of finals) {
      const startedAt = new Date(from).toISOString();
      from += text.length ? text.length * each : 0;
      if (!text || this.#muted || !this.#consent) continue;
      this.unsent.add({ key: `${this.#session}:${this.#utterance++}`, text, startedAt, endedAt: new Date(from).toISOString(), confidence, language });
    }
    if (finals.length) [this.#startedAt, this.#endedAt] = [0, now];
    const interim = results.filter((r) => !r.isFinal).map(([best]) => best.transcript).join("");
    if (interim) this.#startedAt ||= now;
    this.#drawInterim(interim.trim());
  }

  /** What was just being said comes to nothing. */
  #drop() {
    if (this.#interim) this.tell("", 0);
    this.#drawInterim("");
  }

  /** @param {string} text */
  #drawInterim(text) {
    this.#interim?.remove();
    this.#interim = null;
    if (!text) return;
    this.tell(text, this.#startedAt);
    this.#interim = this.#line("You", text, "interim");
    this.#append(this.#interim);
  }

  /** @param {string} role */
  #said(role) {
    const before = this.#saying.get(role);
    this.#saying.delete(role);
    clearTimeout(before?.timer);
    before?.line.remove();
  }

  /** @param {HTMLElement} line */
  #append(line) {
    this.list.append(line);
    this.setShown(this.#shown);
  }

  /** @param {string} speaker @param {string} text @param {string} kind */
  #line(speaker, text, kind) {
    const line = document.createElement("li");
    line.className = `caption ${kind}`;
    const who = document.createElement("strong");
    who.textContent = speaker;
    line.append(who, document.createTextNode(` ${text}`));
    return line;
  }

  #giveUp() {
    this.#unavailable = true;
    this.#abort();
    /** @type {HTMLElement} */ (document.getElementById("captions-unavailable")).hidden = false;
  }
}
