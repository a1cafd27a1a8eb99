import assert from "node:assert/strict";
import { test } from "node:test";
import { AGENT } from "../../wwwroot/js/call/freds-voice.js";
import { afterEnd, heardOf, isRefused, kindOf, needsNewToken, participationOf, qualityOf, wordsOf } from "../../wwwroot/js/call/livekit-map.js";

const person = (participation) => ({ attributes: { participation } });
const agent = { isAgent: true, attributes: {} };
const publisherOf = (sid) => ({ TR_f: "fiona", TR_c: "carla", TR_a: AGENT })[sid] ?? null;
const info = (attributes, id = "stream-1") => ({ id, attributes });
const error = (more) => ({ name: "ConnectionError", ...more });

test("kindOf_WhatTheCallShows_HasAPlace_TheRestHasNone", () => {
  assert.deepEqual(["microphone", "camera", "screen_share"].map(kindOf), ["microphone", "camera", "screen"]);
  assert.deepEqual(["screen_share_audio", "unknown", ""].map(kindOf), [null, null, null]);
});

test("participationOf_AnAgentOrNobody_HasNoTile", () => {
  assert.equal(participationOf(person("fiona")), "fiona");
  assert.equal(participationOf(agent), null);
  assert.equal(participationOf(undefined), null);
});

test("qualityOf_LiveKitsFiveWords_AreOurThreeLevelsOrNothing", () => {
  assert.deepEqual(["excellent", "good", "poor", "lost", "unknown"].map((q) => qualityOf(q)?.level ?? null), ["good", "fair", "poor", "poor", null]);
});

test("afterEnd_AnotherTabMovesTheCall_WhoIsPutOutNeedsAnotherTicket_TheRestIsAnAccident", () => {
  assert.equal(afterEnd(1), "closed");
  assert.equal(afterEnd(2), "moved");
  // Removed, room deleted, room closed.
  for (const reason of [4, 5, 10]) assert.equal(afterEnd(reason), "out", String(reason));
  // Shut down, mismatch, failed, migrated, signal closed, media failure, unknown, none.
  for (const reason of [3, 6, 7, 8, 9, 14, 0, undefined]) assert.equal(afterEnd(reason), "again", String(reason));
});

test("needsNewToken_OldOrRefused_ButNotAtOnceAgain", () => {
  assert.equal(needsNewToken(error({ reason: 1 }), 60_000), false);
  assert.equal(needsNewToken(error({ reason: 1 }), 9 * 60_000), true);
  assert.equal(needsNewToken(error({ reason: 0, status: 401 }), 60_000), true);
  assert.equal(needsNewToken(error({ reason: 0, status: 401 }), 1_000), false);
});

test("wordsOf_ARefusal_IsNotAnAbsence", () => {
  assert.match(wordsOf(error({ status: 401 })), /does not let this call in/);
  assert.match(wordsOf(error({ reason: 1 })), /cannot be reached/);
  assert.match(wordsOf(new Error("late")), /cannot be reached/);
  assert.equal(isRefused(new Error("late")), false);
});

test("heardOf_AnAgentOnATrack_AreThatPersonsWords", () => {
  const attributes = { "lk.transcribed_track_id": "TR_c", "lk.segment_id": "SG_1" };
  assert.deepEqual(heardOf(info(attributes), agent, publisherOf), { key: "lk:SG_1", participationId: "carla", kept: false });
  assert.equal(heardOf(info({ ...attributes, "portal.turns": "kept" }), agent, publisherOf).kept, true);
});

test("heardOf_APersonOnSomebodyElsesTrack_IsNobody", () => {
  assert.equal(heardOf(info({ "lk.transcribed_track_id": "TR_c" }), person("fiona"), publisherOf), null);
  assert.equal(heardOf(info({ "lk.transcribed_track_id": "TR_f" }), person("fiona"), publisherOf).participationId, "fiona");
});

test("heardOf_NoTrackNamed_IsTheSendersOwn_AnAgentsIsItsVoice", () => {
  assert.deepEqual(heardOf(info({}), person("fiona"), publisherOf), { key: "lk:stream-1", participationId: "fiona", kept: false });
  assert.equal(heardOf(info({}), agent, publisherOf).participationId, AGENT);
  assert.equal(heardOf(info({ "lk.transcribed_track_id": "TR_a" }), agent, publisherOf).participationId, AGENT);
  assert.equal(heardOf(info({ "lk.transcribed_track_id": "TR_a" }), person("fiona"), publisherOf), null);
  assert.equal(heardOf(info({ "lk.transcribed_track_id": "TR_gone" }), agent, publisherOf), null);
  assert.equal(heardOf(info({}), undefined, publisherOf), null);
});

test("heardOf_ALongSegmentId_FitsATurnsKey", () => {
  assert.equal(heardOf(info({ "lk.segment_id": "x".repeat(100) }), person("fiona"), publisherOf).key.length, 60);
});
