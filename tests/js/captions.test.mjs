import assert from "node:assert/strict";
import test from "node:test";

const page = { classList: { contains: () => false }, children: [], append() {}, insertBefore() {}, remove() {}, dataset: {}, value: "" };
globalThis.document = { getElementById: () => ({ ...page }), createElement: () => ({ ...page, dataset: {} }), createTextNode: (text) => text };
let recogniser;
class Recogniser {
  constructor() {
    recogniser = this;
  }
  start() {}
  abort() {}
  stop() {
    this.onend();
  }
}
globalThis.window = { SpeechRecognition: Recogniser, setTimeout };
globalThis.navigator ??= { language: "en" };
const { Captions } = await import("../../wwwroot/js/call/captions.js");

const final = (transcript) => Object.assign([{ transcript, confidence: 1 }], { isFinal: true });

test("finish waits for all words that are under way, in whatever order they arrive", async () => {
  const arrive = {};
  const captions = new Captions({ send: ({ text }) => new Promise((r) => (arrive[text] = r)), says() {}, now: () => 0 }, { deviceChoice: () => ({}), chooseDevice() {} });
  captions.update({ consent: "granted", muted: false });
  captions.hear({ key: "k", final: true, kept: false, text: "What FRED said" }, { name: "FRED", role: null }, true);
  recogniser.onresult({ resultIndex: 0, results: [final("I promise to call them"), final("on Monday")] });
  let finished = false;
  const finish = captions.finish().then(() => (finished = true));

  for (const text of ["on Monday", "I promise to call them", "What FRED said"]) {
    await new Promise(setImmediate);
    assert.equal(finished, false, `before “${text}” had arrived`);
    arrive[text]();
  }
  await finish;
  captions.close();
});
