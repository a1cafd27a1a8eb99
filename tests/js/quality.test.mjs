import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Meter, Quality, scoreOf, wordOf } from "../../wwwroot/js/call/quality.js";
import { QualityWatch, sampleOf, Warning, warningWords } from "../../wwwroot/js/call/quality-watch.js";

globalThis.window = globalThis;

/** What Chromium answers for a direct call, shortened to the members that are read; counts run from the stream's start. */
const chromium = ({ lost, received, jitter = 0.004, rtt = 0.05, video = [0, 0] }) => [
  { id: "T01", type: "transport", selectedCandidatePairId: "CPnew", dtlsState: "connected" },
  { id: "CPold", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.9 },
  { id: "CPnew", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: rtt },
  { id: "IT01A1", type: "inbound-rtp", kind: "audio", ssrc: 11, packetsLost: lost, packetsReceived: received, jitter },
  { id: "IT01V2", type: "inbound-rtp", kind: "video", ssrc: 12, packetsLost: video[0], packetsReceived: video[1], jitter: 0.2 },
  { id: "OT01A3", type: "outbound-rtp", kind: "audio", ssrc: 13, packetsSent: 900 },
];
/** Firefox has no transport, and no round trip of the pair. */
const firefox = ({ lost, received }) => [
  { id: "{pair}", type: "candidate-pair", nominated: true, selected: true, state: "succeeded" },
  { id: "inbound_0", type: "inbound-rtp", kind: "audio", mediaType: "audio", ssrc: 21, packetsLost: lost, packetsReceived: received, jitter: 0.012 },
  { id: "remote_0", type: "remote-inbound-rtp", kind: "audio", ssrc: 22, roundTripTime: 0.08, packetsLost: 0 },
];
/** LiveKit's client answers a report for each track of one person, joined; each names the transport again. */
const liveKit = ({ lost, received }) => [
  { id: "T1", type: "transport", selectedCandidatePairId: "CP" },
  { id: "CP", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.03 },
  { id: "IA", type: "inbound-rtp", kind: "audio", ssrc: 31, packetsLost: lost, packetsReceived: received, jitter: 0.002 },
  { id: "T1", type: "transport", selectedCandidatePairId: "CP" },
  { id: "CP", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.03 },
  { id: "IV", type: "inbound-rtp", kind: "video", ssrc: 32, packetsLost: 40, packetsReceived: 60, jitter: 0.05 },
];
const of = (report, participationId = "p") => [{ participationId, report }];
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);

test("read_Chromium_CountsTheSoundSinceTheLastLookOnTheChosenPath", () => {
  const meter = new Meter();
  meter.read(of(chromium({ lost: 100, received: 900 })));

  const reading = meter.read(of(chromium({ lost: 105, received: 995, video: [50, 50] }))).get("p");

  near(reading.loss, 0.05); // 5 of 100, whatever the pictures lost
  near(reading.rttMs, 50);
  near(reading.jitterMs, 4);
});

test("read_FirefoxAndLiveKit_AreReadAsWell", () => {
  const fox = new Meter().read(of(firefox({ lost: 2, received: 198 }))).get("p");
  assert.deepEqual([fox.loss, Math.round(fox.rttMs), Math.round(fox.jitterMs)], [0.01, 80, 12]);
  const kit = new Meter().read(of(liveKit({ lost: 0, received: 250 }))).get("p");
  assert.deepEqual([kit.loss, Math.round(kit.rttMs), Math.round(kit.jitterMs)], [0, 30, 2]);
});

test("read_ANewStreamAfterAReconnect_IsCountedFromItsOwnStart", () => {
  const meter = new Meter();
  meter.read(of(chromium({ lost: 500, received: 9000 })));
  const anew = chromium({ lost: 1, received: 99 }).map((s) => (s.kind === "audio" && s.type === "inbound-rtp" ? { ...s, ssrc: 77 } : s));

  near(meter.read(of(anew)).get("p").loss, 0.01);
});

test("read_DoubledPacketsOrASilentSound_AreNoLoss", () => {
  const meter = new Meter();
  meter.read(of(chromium({ lost: 5, received: 100, video: [0, 100] })));

  // Packets that came twice lower the count of the lost.
  near(meter.read(of(chromium({ lost: 3, received: 150, video: [0, 100] }))).get("p").loss, 0);
  // Muted: the pictures tell instead.
  near(meter.read(of(chromium({ lost: 3, received: 150, video: [10, 190] }))).get("p").loss, 0.1);
  // Nothing at all came: nothing is known.
  assert.equal(meter.read(of(chromium({ lost: 3, received: 150, video: [10, 190] }))).get("p").loss, null);
});

test("scoreOf_HandComputed_IsThePortals", () => {
  const portals = readFileSync(new URL("../CoachingPortal.Tests/Domain/ConnectionScoreTests.cs", import.meta.url), "utf8");
  const golden = [...portals.matchAll(/InlineData\((null|[\d.]+), ([\d.]+), ([\d.]+), (\d+)\)/g)].map((m) => m.slice(1).map((v) => JSON.parse(v)));
  assert.ok(golden.length >= 9);
  for (const [rttMs, loss, jitterMs, expected] of golden) assert.equal(scoreOf({ rttMs, loss, jitterMs }), expected);
  assert.equal(scoreOf({ rttMs: null, loss: null, jitterMs: null }), 100); // nothing is known
});

test("wordOf_AtItsBounds_IsGoodFairPoor", () => assert.deepEqual([100, 80, 79, 60, 59, 0].map((s) => wordOf(s).level), ["good", "good", "fair", "fair", "poor", "poor"]));

test("measure_ATenthIsLost_IsPoorForTheOthersTileAsInTheWarning", async () => {
  const told = [];
  const quality = new Quality({ stats: async () => of(chromium({ lost: 10, received: 90 })) }, (who, word) => told.push([who, word.level]));
  await quality.measure();
  quality.close();
  assert.deepEqual(told, [["p", "poor"]]);
});

test("sampleOf_SeveralOthers_IsTheWorst_AndNothingWhileNobodyIsHeard", () => {
  const one = { rttMs: 40.04, loss: 0.01, jitterMs: 9.96 };
  const other = { rttMs: null, loss: 0.123456, jitterMs: 3 };
  assert.deepEqual(sampleOf([one, other], 1000), { at: "1970-01-01T00:00:01.000Z", rttMs: 40, loss: 0.1235, jitterMs: 10 });
  assert.deepEqual(sampleOf([other], 1000), { at: "1970-01-01T00:00:01.000Z", rttMs: null, loss: 0.1235, jitterMs: 3 });
  assert.equal(sampleOf([], 1000), null);
  assert.equal(sampleOf([{ rttMs: 40, loss: null, jitterMs: null }], 1000), null);
});

test("sampleOf_WildCounts_AreWithinWhatThePortalTakes", () => {
  assert.deepEqual(sampleOf([{ rttMs: 1e9, loss: 1.7, jitterMs: Number.NaN }], 0), { at: "1970-01-01T00:00:00.000Z", rttMs: 60000, loss: 1, jitterMs: 0 });
});

test("add_TwoPoorInARow_Warn_AndThreeOtherOnesEndIt", () => {
  const warning = new Warning();
  const levels = ["poor", "good", "poor", "poor", "good", "fair", "poor", "good", "good", "good", "poor"];
  assert.deepEqual(levels.map((l) => warning.add(l)), [false, false, false, true, true, true, true, true, true, false, false]);
});

test("warningWords_CameraOff_DoNotAskToTurnItOff", () => {
  assert.match(warningWords(true), /camera off/);
  assert.doesNotMatch(warningWords(false), /camera/);
});

function made({ level = () => "good", isFull = false } = {}) {
  const world = { sent: [], warned: [], told: [], line: "up", lost: 0, received: 0, now: 0, isFull, stats: null };
  world.watch = new QualityWatch({
    stats: async () => {
      if (world.stats) return world.stats();
      world.received += 100;
      return of(chromium({ lost: world.lost, received: world.received }));
    },
    now: () => (world.now += 5000),
    send: async (samples) => {
      if (world.line === "down") return null;
      if (world.line === "refuses") throw new Error("HubException: no");
      world.sent.push(samples.map((s) => Date.parse(s.at) / 5000));
      return { scores: samples.map(() => ({ score: 0, level: level() })), isFull: world.isFull };
    },
    warn: (poor) => world.warned.push(poor),
    tell: (score) => world.told.push(score),
  });
  return world;
}

test("measure_LineDown_KeepsWhatItMeasuredAndSendsItAfterwards", async () => {
  const world = made();
  await world.watch.measure();
  world.line = "down";
  for (let i = 0; i < 3; i++) await world.watch.measure();
  world.line = "up";
  await world.watch.measure();

  assert.deepEqual(world.sent, [[1], [2, 3, 4, 5]]);
  assert.equal(world.watch.waiting, 0);
});

test("measure_LineDownForLong_KeepsTenMinutesAndSendsThemInPieces", async () => {
  const world = made();
  world.line = "down";
  for (let i = 0; i < 200; i++) await world.watch.measure();
  assert.equal(world.watch.waiting, 120);
  world.line = "up";
  await world.watch.measure();

  assert.deepEqual(world.sent.map((s) => [s[0], s.length]), [[82, 60], [142, 60]]);
});

test("measure_RefusedThreeTimes_LetsThoseGo", async () => {
  const world = made();
  world.line = "refuses";
  for (let i = 0; i < 3; i++) await world.watch.measure();
  world.line = "up";
  await world.watch.measure();

  assert.deepEqual(world.sent, [[4]]);
});

test("measure_ThePortalKeepsNoMore_SendsTheNewestAloneAndStillWarns", async () => {
  const world = made({ level: () => "poor", isFull: true });
  await world.watch.measure();
  world.line = "down";
  await world.watch.measure();
  world.line = "up";
  await world.watch.measure();

  assert.deepEqual(world.sent, [[1], [3]]);
  assert.deepEqual(world.warned, [true]);
});

test("measure_EachTime_TellsTheNewestScoreAndNoneWhenNobodyIsHeardAnyMore", async () => {
  const world = made({ level: () => "fair" });
  await world.watch.measure();
  world.line = "down";
  await world.watch.measure();
  world.line = "up";
  await world.watch.measure();
  world.stats = async () => [];
  for (let i = 0; i < 3; i++) await world.watch.measure();

  assert.deepEqual(world.told, [{ score: 0, level: "fair" }, { score: 0, level: "fair" }, null]);
});

test("measure_PoorThenNobodyToBeHeard_TakesTheWarningBack", async () => {
  const world = made({ level: () => "poor" });
  await world.watch.measure();
  await world.watch.measure();
  world.stats = async () => [];
  for (let i = 0; i < 4; i++) await world.watch.measure();

  assert.deepEqual(world.warned, [true, false]);
});

test("measure_CountsThatCannotBeHad_HarmNothing", async () => {
  const world = made();
  world.stats = async () => {
    throw new Error("closed");
  };
  await world.watch.measure();
  world.stats = null;
  await world.watch.measure();

  assert.deepEqual(world.sent.length, 1);
});
