import assert from "node:assert/strict";
import { test } from "node:test";
import { Parts } from "../../wwwroot/js/parts.js";

/** As much of an audio element as the parts use: it loads when the test says so. */
class FakeAudio extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  ended = false;
  seeking = false;
  error = null;
  src = "one";
  loads = 0;
  async play() {
    this.paused = false;
    this.ended = false;
    this.say("play");
  }
  pause() {
    this.paused = true;
    this.say("pause");
  }
  load() {
    this.loads++;
    this.paused = true;
    this.currentTime = 0;
  }
  say(type) {
    this.dispatchEvent(new Event(type));
  }
  loaded() {
    this.say("loadedmetadata");
  }
  finish() {
    this.paused = true;
    this.ended = true;
    this.say("pause");
    this.say("ended");
  }
}

const three = () => [{ url: "one", from: 0, length: 40 }, { url: "two", from: 60, length: 30 }, { url: "three", from: 100, length: 20 }];

function made() {
  const audio = new FakeAudio();
  const parts = new Parts(audio, three());
  const told = [];
  for (const type of ["play", "pause", "ended"]) parts.addEventListener(type, () => told.push(type));
  return { audio, parts, told };
}

test("currentTime_InALaterPart_OpensItAndCountsFromTheWholeStart", () => {
  const { audio, parts } = made();
  parts.currentTime = 75;
  assert.equal(audio.src, "two");
  assert.equal(parts.currentTime, 75);
  assert.equal(parts.seeking, true);
  audio.loaded();
  assert.equal(audio.currentTime, 15);
  assert.equal(parts.currentTime, 75);
});

test("currentTime_BetweenTwoParts_IsTheNextOnesStart", () => {
  const { audio, parts } = made();
  parts.currentTime = 50;
  audio.loaded();
  assert.deepEqual([audio.src, parts.currentTime], ["two", 60]);
});

test("currentTime_WithinThePart_LoadsNothing", () => {
  const { audio, parts } = made();
  parts.currentTime = 12;
  assert.deepEqual([audio.loads, audio.currentTime, parts.currentTime], [0, 12, 12]);
});

test("play_ToTheEndOfAPart_GoesOnInTheNextWithoutAPause", async () => {
  const { audio, parts, told } = made();
  await parts.play();
  parts.playbackRate = 2;
  audio.finish();
  assert.equal(parts.paused, false);
  audio.loaded();
  assert.deepEqual([audio.src, audio.paused, audio.playbackRate, parts.currentTime], ["two", false, 2, 60]);
  assert.deepEqual(told.filter((t) => t !== "play"), []);
});

test("play_ToTheVeryEnd_EndsAndBeginsAnewWhenAsked", async () => {
  const { audio, parts, told } = made();
  parts.currentTime = 110;
  audio.loaded();
  await parts.play();
  audio.finish();
  assert.deepEqual([parts.ended, parts.paused, told.at(-1)], [true, true, "ended"]);
  await parts.play();
  audio.loaded();
  assert.deepEqual([audio.src, parts.paused, parts.currentTime], ["one", false, 0]);
});

test("pause_WhileTheNextPartLoads_StaysPaused", async () => {
  const { audio, parts } = made();
  await parts.play();
  audio.finish();
  parts.pause();
  audio.loaded();
  assert.deepEqual([audio.paused, parts.paused], [true, true]);
});
