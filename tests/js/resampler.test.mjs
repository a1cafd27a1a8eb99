import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.AudioWorkletProcessor = class {};
globalThis.registerProcessor = () => {};
const { Resampler, toInt16 } = await import("../../wwwroot/js/call/pcm-worklet.js");

const tone = (hz, rate, seconds) => Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => 0.8 * Math.sin((2 * Math.PI * hz * i) / rate));

function resample(input, from, to, block = 128) {
  const resampler = new Resampler(from, to);
  const out = [];
  for (let i = 0; i < input.length; i += block) out.push(...resampler.push(input.subarray(i, i + block)));
  return out;
}

const rms = (x) => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);

for (const [from, to] of [[48000, 16000], [44100, 16000], [44100, 8000], [16000, 16000], [8000, 16000]]) {
  test(`push_ATone_${from}To${to}_IsTheSameToneWithoutAShift`, () => {
    const out = resample(tone(440, from, 1), from, to);
    assert.ok(Math.abs(out.length - to) < to * 0.01, `length ${out.length}`);
    const wanted = tone(440, to, 1);
    const middle = out.slice(to * 0.1, to * 0.9);
    const error = middle.map((v, i) => v - wanted[i + to * 0.1]);
    assert.ok(rms(error) < 0.005, `error ${rms(error)}`);
  });
}

test("push_ATonePastTheNewNyquistRate_IsGone", () => {
  const out = resample(tone(11000, 48000, 1), 48000, 16000).slice(2000);
  assert.ok(rms(out) < 0.002, `left ${rms(out)}`);
});

test("push_BlocksOfAnySize_GiveTheSameSamples", () => {
  const input = tone(700, 44100, 0.5);
  assert.deepEqual(resample(input, 44100, 16000, 128), resample(input, 44100, 16000, 997));
});

test("toInt16_PastFullScale_ClipsRatherThanWraps", () => {
  assert.deepEqual([toInt16(1.5), toInt16(-1.5), toInt16(0)], [32767, -32767, 0]);
});
