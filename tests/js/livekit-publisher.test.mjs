import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher } from "../../wwwroot/js/call/livekit-publisher.js";

/** Stands for livekit-client's local participant and tracks; each step takes a moment, as it does there. */
class Me {
  log = [];
  live = new Map();
  refuse = 0;
  async publishTrack(track, { source }) {
    await moment();
    if (this.refuse-- > 0) throw new Error("refused");
    this.live.set(source, track);
    this.log.push(`publish ${source} ${track.mediaStreamTrack}${track.muted ? " muted" : ""}`);
  }
  async unpublishTrack(track, stop) {
    await moment();
    assert.equal(stop, false, "the devices are the page's own");
    for (const [source, t] of this.live) if (t === track) this.live.delete(source);
    this.log.push(`unpublish ${track.mediaStreamTrack}`);
  }
}

class Track {
  muted = false;
  constructor(mediaStreamTrack, me) {
    this.mediaStreamTrack = mediaStreamTrack;
    this.me = me;
  }
  async mute() {
    await moment();
    if (!this.muted) this.me.log.push(`mute ${this.mediaStreamTrack}`);
    this.muted = true;
  }
  async unmute() {
    await moment();
    if (this.muted) this.me.log.push(`unmute ${this.mediaStreamTrack}`);
    this.muted = false;
  }
  async replaceTrack(track) {
    await moment();
    this.me.log.push(`replace ${this.mediaStreamTrack} ${track}`);
    this.mediaStreamTrack = track;
  }
}

const moment = () => new Promise((r) => setTimeout(r, 1));
const scene = () => {
  const me = new Me();
  const troubles = [];
  return { me, troubles, publisher: new Publisher((t) => new Track(t, me), (e) => troubles.push(e)) };
};

test("connected_WhatTheLobbyOpened_IsSentOnceTheConnectionIsThere", async () => {
  const { me, publisher } = scene();
  publisher.set("microphone", "mic-1");
  publisher.set("camera", "cam-1");
  await publisher.settled();
  assert.deepEqual(me.log, []);
  publisher.connected(me);
  await publisher.settled();
  assert.deepEqual(me.log.sort(), ["publish camera cam-1", "publish microphone mic-1"]);
});

test("set_AnotherDevice_ReplacesTheTrackAndNegotiatesNothing", async () => {
  const { me, publisher } = scene();
  publisher.connected(me);
  publisher.set("microphone", "mic-1");
  publisher.set("microphone", "mic-2");
  await publisher.settled();
  publisher.set("microphone", "mic-3");
  await publisher.settled();
  assert.equal(me.live.get("microphone").mediaStreamTrack, "mic-3");
  assert.equal(me.log.filter((l) => l.startsWith("publish")).length, 1);
});

test("set_CameraOffAndOn_KeepsItsPlaceAndEndsAsThePersonLeftIt", async () => {
  const { me, publisher } = scene();
  publisher.connected(me);
  publisher.set("camera", "cam-1");
  await publisher.settled();
  publisher.set("camera", null);
  publisher.set("camera", "cam-2");
  publisher.set("camera", null);
  publisher.set("camera", "cam-3");
  await publisher.settled();
  const sent = me.live.get("camera");
  assert.equal(sent.mediaStreamTrack, "cam-3");
  assert.equal(sent.muted, false);
  assert.equal(me.log.filter((l) => l.startsWith("unpublish")).length, 0);
});

test("set_ScreenNoLongerShared_GoesAway", async () => {
  const { me, publisher } = scene();
  publisher.connected(me);
  publisher.set("screen", "screen-1");
  await publisher.settled();
  publisher.set("screen", null);
  await publisher.settled();
  assert.deepEqual(me.log, ["publish screen_share screen-1", "unpublish screen-1"]);
});

test("mute_BeforeJoining_IsMutedFromTheFirstPacket", async () => {
  const { me, publisher } = scene();
  publisher.mute(true);
  publisher.set("microphone", "mic-1");
  publisher.connected(me);
  await publisher.settled();
  assert.deepEqual(me.log, ["mute mic-1", "publish microphone mic-1 muted"]);
  publisher.mute(false);
  await publisher.settled();
  assert.equal(me.log.at(-1), "unmute mic-1");
});

test("allow_TakenAndGivenBack_WithdrawsEverythingAndSendsItAgainByItself", async () => {
  const { me, publisher } = scene();
  publisher.allow(false);
  publisher.connected(me);
  publisher.set("microphone", "mic-1");
  publisher.set("camera", "cam-1");
  await publisher.settled();
  assert.deepEqual(me.log, []);
  publisher.allow(true);
  await publisher.settled();
  assert.equal(me.live.size, 2);
  publisher.allow(false);
  await publisher.settled();
  assert.equal(me.live.size, 0);
  publisher.set("microphone", "mic-2");
  publisher.allow(true);
  await publisher.settled();
  assert.equal(me.live.get("microphone").mediaStreamTrack, "mic-2");
});

test("connected_ASecondConnection_SendsEverythingAnew", async () => {
  const { me, publisher } = scene();
  publisher.connected(me);
  publisher.set("microphone", "mic-1");
  await publisher.settled();
  publisher.connected(null);
  const next = new Me();
  publisher.connected(next);
  await publisher.settled();
  assert.equal(next.live.get("microphone").mediaStreamTrack, "mic-1");
});

test("set_ARefusedTrack_IsTriedAgain", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { me, troubles, publisher } = scene();
  me.refuse = 2; // what connecting and setting each begin
  publisher.connected(me);
  publisher.set("microphone", "mic-1");
  for (let i = 0; i < 60; i++) {
    await Promise.resolve();
    t.mock.timers.tick(100);
    for (let j = 0; j < 10; j++) await Promise.resolve();
  }
  await publisher.settled();
  assert.equal(troubles.length, 2);
  assert.equal(me.live.get("microphone").mediaStreamTrack, "mic-1");
});
