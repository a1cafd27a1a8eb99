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

const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
};

/** Somebody who has agreed and is heard, on a line that the test plays: what it throws is a line that is away, or a portal that cannot. */
function aSpeaker(/** @type {(caption: any) => any} */ answer = () => null) {
  const [sent, lost] = [[], []];
  const clock = { ms: 0 };
  const send = async (caption) => {
    sent.push(caption);
    return answer(caption);
  };
  const captions = new Captions({ send, says() {}, now: () => clock.ms, lost: (words) => lost.push(words) }, { deviceChoice: () => ({}), chooseDevice() {} });
  captions.update({ consent: "granted", muted: false });
  const hears = (...results) => recogniser.onresult({ resultIndex: 0, results });
  return { captions, sent, lost, clock, hears, words: () => sent.map((c) => c.text) };
}
const guess = (transcript) => Object.assign([{ transcript, confidence: 0 }], { isFinal: false });
const times = ({ startedAt, endedAt }) => [Date.parse(startedAt), Date.parse(endedAt)];

test("finish waits for all words that are under way, which go one after another as they were said", async () => {
  const arrive = {};
  const { captions, hears } = aSpeaker(({ text }) => new Promise((r) => (arrive[text] = r)));
  captions.hear({ key: "k", final: true, kept: false, text: "What FRED said" }, { name: "FRED", role: null }, true);
  hears(final("I promise to call them"), final("on Monday"));
  let finished = false;
  const finish = captions.finish().then(() => (finished = true));

  for (const text of ["What FRED said", "I promise to call them", "on Monday"]) {
    await settled();
    assert.equal(finished, false, `before “${text}” had arrived`);
    arrive[text](null);
  }
  await finish;
  captions.close();
});

test("what is said while the line is away goes, in the order in which it was said, as soon as the line is entered again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let away = true;
  const { captions, sent, hears, words } = aSpeaker(() => {
    if (away) throw new Error("Cannot send data if the connection is not in the 'Connected' State.");
    return null;
  });
  for (const text of ["We lost", "the line", "to the portal"]) hears(final(text));
  for (let second = 0; second < 90; second++) {
    await settled();
    t.mock.timers.tick(1_000);
  }
  await settled();
  const keys = new Map(sent.map((c) => [c.text, c.key]));

  away = false;
  sent.length = 0;
  captions.unsent.again();
  await settled();

  assert.deepEqual(words(), ["We lost", "the line", "to the portal"]);
  assert.ok(sent.every((c) => c.key === keys.get(c.text)), "under the same keys");
  captions.close();
});

test("what the portal cannot take now is sent again; what it will never take is not, and holds nothing up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let busy = true;
  const { captions, hears, words } = aSpeaker(({ text }) => {
    if (text === "too much" && busy) throw new Error("An unexpected error occurred invoking 'Caption' on the server. HubException: Too much at once; slow down.");
    return text === "never" ? "You have not agreed to a transcript: nothing you say is written down." : null;
  });
  for (const text of ["never", "too much", "well"]) hears(final(text));
  await settled();
  busy = false;
  for (let second = 0; second < 5; second++) {
    t.mock.timers.tick(1_000);
    await settled();
  }

  assert.deepEqual(words(), ["never", "too much", "well", "too much"]);
  await captions.finish();
  captions.close();
});

test("of hours without a line the newest words are kept, and it is said that the first are lost", async () => {
  let away = true;
  const { captions, sent, lost, hears, words } = aSpeaker(() => {
    if (away) throw new Error("away");
    return null;
  });
  for (let i = 0; i < 310; i++) hears(final(`word ${i}`));
  await settled();
  assert.equal(lost.length, 1);

  away = false;
  sent.length = 0;
  captions.unsent.again();
  for (let i = 0; i < 100; i++) await settled();
  assert.deepEqual(words(), Array.from({ length: 300 }, (_, i) => `word ${i + 10}`));
  captions.close();
});

test("who leaves without a line is held up for twenty seconds and no longer", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { captions, hears } = aSpeaker(() => {
    throw new Error("away");
  });
  hears(final("I promise"));
  let finished = false;
  void captions.finish().then(() => (finished = true));

  for (let second = 0; second <= 20; second++) {
    await settled();
    assert.equal(finished, second === 20, `${second} s`);
    t.mock.timers.tick(1_000);
  }
  captions.close();
});

test("what comes as final at once shares the time since its first word, as long as it is", async () => {
  const { captions, sent, clock, hears } = aSpeaker();
  clock.ms = 10_000;
  hears(guess("We raise"));
  clock.ms = 16_000;
  hears(final("We raise it"), final("and tell them all today"), guess("But"));
  clock.ms = 17_000;
  hears(final("But not now"));
  await settled();

  assert.deepEqual(sent.map(times), [[10_000, 11_941], [11_941, 16_000], [16_000, 17_000]]);
  captions.close();
});

test("words that come as final without a guess before began as long ago as they take, and after those before them", async () => {
  const { captions, sent, clock, hears } = aSpeaker();
  clock.ms = 10_000;
  hears(final("x".repeat(30)));
  clock.ms = 11_000;
  hears(final("x".repeat(30)));
  clock.ms = 20_000;
  captions.hear({ key: "k", final: true, kept: false, text: "x".repeat(45) }, { name: "FRED", role: null }, true);
  await settled();

  assert.deepEqual(sent.map(times), [[8_000, 10_000], [10_000, 11_000], [17_000, 20_000]]);
  captions.close();
});
