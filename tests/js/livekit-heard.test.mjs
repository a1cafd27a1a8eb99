import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { AGENT } from "../../wwwroot/js/call/freds-voice.js";
import { HeardWords } from "../../wwwroot/js/call/livekit-heard.js";

/** A text stream of an agent, as LiveKit's client gives it. @param {boolean} broken whether its sender goes before its end */
const stream = (pieces, final = "false", atItsEnd = {}, { segment = "SG_1", broken = false } = {}) => {
  const attributes = { "lk.segment_id": segment, "lk.transcription_final": final };
  const reader = { info: { id: "stream-1", attributes } };
  return Object.assign(reader, {
    async *[Symbol.asyncIterator]() {
      yield* pieces;
      if (broken) throw new Error("gone");
      reader.info.attributes = { ...attributes, ...atItsEnd };
    },
  });
};
const asHeard = (participationId) => () => ({ key: "lk:SG_1", participationId, kept: false });
const heardFrom = async (streams, whose) => {
  const [words, told] = [new HeardWords(), []];
  for (const one of streams) await words.read(one, whose, ({ text, final }) => told.push(`${text}${final ? "!" : ""}`));
  return told;
};

test("HeardWords_WhatAnAgentHears_ComesInVersions_TheLastIsFinal", async () => {
  assert.deepEqual(await heardFrom([stream(["We"]), stream(["We raise"]), stream(["We raise."], "true")], asHeard("fiona")), ["We", "We raise", "We raise.!"]);
});

test("HeardWords_WhatAnAgentOfPythonSays_IsFinalByWhatItsEndSays", async () => {
  assert.deepEqual(await heardFrom([stream(["What ", "would"], "false", { "lk.transcription_final": "true" })], asHeard(AGENT)), ["What", "What would", "What would!"]);
});

test("HeardWords_WhatAnAgentOfNodeSays_IsFinalWhenItEnds_WhichNothingSays", async () => {
  assert.deepEqual(await heardFrom([stream(["What ", "would"])], asHeard(AGENT)), ["What", "What would", "What would!"]);
});

test("HeardWords_TheAgentGoesWhileItSpeaks_WhatCameWasSaid", async () => {
  let here = true;
  const whose = () => (here ? asHeard(AGENT)() : null);
  const broken = stream(["What ", "wo"], "false", {}, { broken: true });
  const told = [];
  await new HeardWords().read(broken, whose, ({ text, final }) => told.push(`${text}${final ? "!" : ""}`) === 2 && (here = false));
  assert.deepEqual(told, ["What", "What wo", "What wo!"]);
  assert.deepEqual(await heardFrom([stream(["We ra"], "false", {}, { broken: true })], asHeard("fiona")), ["We ra"]);
});

test("HeardWords_AnAgentsOwnWordsInOnePiece_WaitForALongerVersion", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const [words, told] = [new HeardWords(), []];
  const read = (one) => words.read(one, asHeard(AGENT), ({ text, final }) => told.push(`${text}${final ? "!" : ""}`));
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  void read(stream(["What"]));
  await settle();
  void read(stream(["What would"]));
  await settle();
  mock.timers.tick(4_000);
  await settle();
  assert.deepEqual(told, ["What", "What would"]);
  mock.timers.tick(1_000);
  await settle();
  assert.deepEqual(told, ["What", "What would", "What would!"]);
  mock.timers.reset();
});
