import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Emitter } from "../../wwwroot/js/call/emitter.js";

/** As much of an element as captions take. */
class Element {
  /** @type {Element[]} */
  children = [];
  /** @type {Element | null} */
  parent = null;
  className = "";
  textContent = "";
  value = "";
  hidden = false;
  /** @type {Record<string, string>} */
  dataset = {};
  classList = { contains: (/** @type {string} */ name) => this.className.split(" ").includes(name) };
  append(/** @type {Element[]} */ ...all) {
    for (const one of all) this.insertBefore(one, null);
  }
  insertBefore(/** @type {Element} */ one, /** @type {Element | null} */ before) {
    one.parent = this;
    this.children.splice(before ? this.children.indexOf(before) : this.children.length, 0, one);
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
  }
  /** @returns {string} */
  get words() {
    return this.textContent + this.children.map((c) => c.words).join("");
  }
}

const list = new Element();
Object.assign(globalThis, {
  window: { setTimeout: (/** @type {() => void} */ f, /** @type {number} */ ms) => setTimeout(f, ms) },
  document: {
    getElementById: (/** @type {string} */ id) => (id === "captions" ? list : new Element()),
    createElement: () => new Element(),
    createTextNode: (/** @type {string} */ text) => Object.assign(new Element(), { textContent: text }),
  },
  localStorage: { getItem: () => null, setItem() {} },
});
const { Said } = await import("../../wwwroot/js/call/said.js");
const lines = () => list.children.map((c) => c.words);

/** A call of two; what a page tells the others is kept. @param {{ [role: string]: string | null }} consents */
async function aCall(consents, kept = {}, { identity = "coach", sent = /** @type {string[]} */ ([]) } = {}) {
  const [line, transport] = [new Emitter(), new Emitter()];
  const call = {
    line: Object.assign(line, { clock: { now: () => 0 }, sendCaption: async (/** @type {any} */ { text }) => void sent.push(text) }),
    transport: Object.assign(transport, { tell() {} }),
    controls: { captionsShown: false },
    voice: { expected: false },
    ticket: { identity, role: "coach" },
    store: { get: () => kept, set: (/** @type {object} */ change) => void Object.assign(kept, change) },
    participationId: "p-coach",
    media: () => ({ microphone: true, camera: true, screen: false }),
    state: {
      people: ["coach", "founder"].map((role) => ({ participationId: `p-${role}`, personId: role, role, name: role === "coach" ? "Carla" : "Fiona" })),
      expected: ["coach", "founder"].map((role) => ({ personId: role, role, transcriptConsent: consents[role] ?? null })),
    },
  };
  const said = new Said(/** @type {any} */ (call));
  await said.open();
  const tell = (/** @type {string} */ participationId, /** @type {any} */ data) => transport.emit("message", { participationId, data: typeof data === "string" ? data : JSON.stringify(data) });
  return { call, line, said, tell };
}

const at = (/** @type {number} */ seconds) => Date.UTC(2026, 0, 5, 10, 0, seconds);

beforeEach(() => list.children.splice(0));

test("What somebody is just saying stands until it is handed in, is taken back, or no more comes", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { line, tell } = await aCall({ founder: "granted" });

  tell("p-founder", { says: "We raise", since: at(0) });
  tell("p-founder", { says: "We raise the price", since: at(0) });
  assert.deepEqual(lines(), ["Fiona We raise the price"]);
  line.emit("caption", { turnId: "1", speaker: "Fiona", role: "founder", text: "We raise the price.", startedAt: "2026-01-05T10:00:00Z" });
  assert.deepEqual(lines(), ["Fiona We raise the price."]);

  tell("p-founder", { says: "But not", since: at(0) });
  tell("p-founder", { says: "", since: at(0) });
  assert.deepEqual(lines(), ["Fiona We raise the price."]);

  tell("p-founder", { says: "Never", since: at(0) });
  mock.timers.tick(6_000);
  assert.deepEqual(lines(), ["Fiona We raise the price."]);
  mock.timers.reset();
});

test("Nobody who has not agreed to a transcript is shown, and nobody who is not in the call", async () => {
  const { call, tell } = await aCall({ founder: "declined" });
  tell("p-founder", { says: "Between us", since: at(0) });
  tell("p-stranger", { says: "Hello", since: at(0) });
  assert.deepEqual(lines(), []);

  call.state.expected[1].transcriptConsent = "granted";
  tell("p-founder", { says: "For the record", since: at(0) });
  assert.deepEqual(lines(), ["Fiona For the record"]);
});

test("Whatever another page sends, it is short and it is text", async () => {
  const { tell } = await aCall({ founder: "granted" });
  for (const bad of ["", "null", "{", "[]", { says: 7, since: 0 }, { says: { length: 3 } }, { other: "x" }, { says: "no time" }, { says: "x", since: "1" }, { says: "x".repeat(5_000), since: 0 }]) tell("p-founder", bad);
  assert.deepEqual(lines(), []);

  tell("p-founder", { says: "a".repeat(400) + "<b>end</b>", since: 0 });
  assert.equal(lines()[0].length, "Fiona ".length + 300);
  assert.ok(lines()[0].endsWith("<b>end</b>"));
});

test("The beginning of what is said next is not taken away by the sentence before it, which comes the longer way", async () => {
  const { line, tell } = await aCall({ founder: "granted" });
  const kept = (/** @type {number} */ seconds, /** @type {string} */ text) =>
    line.emit("caption", { turnId: text, speaker: "Fiona", role: "founder", text, startedAt: new Date(at(seconds)).toISOString() });

  tell("p-founder", { says: "We raise the price", since: at(0) });
  tell("p-founder", { says: "And", since: at(4) + 0.5 }); // the clock that pages share has half milliseconds, what is kept has not
  kept(0, "We raise the price.");
  assert.deepEqual(lines(), ["Fiona We raise the price.", "Fiona And"]);

  kept(4, "And we say so.");
  assert.deepEqual(lines(), ["Fiona We raise the price.", "Fiona And we say so."]);
});

/** The agent hears the coach say something on a page whose line is away. @param {object} [kept] */
async function aLostLine(kept) {
  const { call, line, said } = await aCall({ coach: "granted" }, kept);
  const test = { away: true, /** @type {string[]} */ sent: [] };
  call.line.sendCaption = async (/** @type {any} */ { text }) => {
    if (test.away) throw new Error("away");
    test.sent.push(text);
  };
  call.transport.emit("heard", { key: "lk:1", participationId: "p-coach", kept: false, final: true, text: "We raise the price." });
  await new Promise(setImmediate);
  return Object.assign(test, { call, line, said });
}

test("What was heard while the line was away is handed in when it is entered again", async () => {
  const test = await aLostLine();
  assert.deepEqual(test.sent, []);
  test.away = false;
  test.line.emit("entered");
  await new Promise(setImmediate);
  test.said.close();
  assert.deepEqual(test.sent, ["We raise the price."]);
});

test("What a page could not hand in any more the same person's next one does, once", async () => {
  for (const [identity, handed] of /** @type {[string, string[]][]} */ ([["founder", []], ["coach", ["We raise the price."]]])) {
    const kept = {};
    const { said } = await aLostLine(kept);
    said.goAway();
    said.close();

    /** @type {string[]} */
    const sent = [];
    for (let page = 0; page < 2; page++) {
      const { call, said: next } = await aCall({ coach: "granted" }, JSON.parse(JSON.stringify(kept)), { identity, sent });
      assert.equal(/** @type {any} */ (call.store.get()).unsent, undefined, "said words do not lie about");
      await new Promise(setImmediate);
      next.goAway();
      Object.assign(kept, call.store.get());
      next.close();
    }
    assert.deepEqual(sent, handed);
  }
});
