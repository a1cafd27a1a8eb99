import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Emitter } from "../../wwwroot/js/call/emitter.js";

const events = ["TrackSubscribed", "TrackUnsubscribed", "ParticipantConnected", "ParticipantDisconnected", "ConnectionQualityChanged", "ParticipantPermissionsChanged", "SignalReconnecting", "Reconnecting", "Reconnected", "Disconnected"];

/** A room as far as the transport knows one. */
class Room {
  /** @type {Room} */
  static last;
  /** @type {Map<string, Set<Function>>} */
  listeners = new Map();
  /** @type {Map<string, any>} */
  remoteParticipants = new Map();
  localParticipant = { identity: "me", attributes: { participation: "p-me" }, permissions: { canPublish: true }, trackPublications: new Map() };
  /** @type {Function} */
  words = () => {};
  constructor() {
    Room.last = this;
  }
  on(/** @type {string} */ name, /** @type {Function} */ f) {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(f));
  }
  off(/** @type {string} */ name, /** @type {Function} */ f) {
    this.listeners.get(name)?.delete(f);
  }
  removeAllListeners() {
    this.listeners.clear();
  }
  registerTextStreamHandler(/** @type {string} */ _, /** @type {Function} */ handler) {
    this.words = handler;
  }
  async connect() {}
  async disconnect() {}
  comes(/** @type {any} */ who) {
    this.remoteParticipants.set(who.identity, who);
    this.listeners.get("ParticipantConnected")?.forEach((f) => f(who));
  }
}
Object.assign(globalThis, {
  addEventListener() {},
  removeEventListener() {},
  window: { setTimeout: (/** @type {() => void} */ f, /** @type {number} */ ms) => setTimeout(f, ms) },
});
/** LiveKit's client, as far. */
const kit = async () => ({ Room, RoomEvent: Object.fromEntries(events.map((e) => [e, e])) });
const { LiveKitTransport } = await import("../../wwwroot/js/call/transport-livekit.js");

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

test("Words that overtake the news of who has come by seconds are not lost, and stay in order", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const transport = new LiveKitTransport(Object.assign(new Emitter(), { ticket: { url: "", token: "" } }), kit);
  /** @type {string[]} */
  const heard = [];
  transport.on("heard", (/** @type {any} */ h) => heard.push(`${h.participationId}: ${h.text}`));
  await transport.connect();
  await settle();
  Room.last.comes({ identity: "founder", attributes: { participation: "p-founder" }, trackPublications: new Map([["TR_1", {}]]) });

  const says = (/** @type {string} */ text, /** @type {string} */ from) =>
    Room.last.words({ info: { id: text, attributes: { "lk.transcribed_track_id": "TR_1" } }, [Symbol.asyncIterator]: async function* () { yield text; } }, { identity: from });
  says("We raise", "agent");
  says("We raise the price.", "agent");
  says("I never said that.", "stranger");
  for (let i = 0; i < 50; i++) {
    mock.timers.tick(100);
    await settle();
  }
  assert.deepEqual(heard, []);
  Room.last.comes({ identity: "agent", isAgent: true, attributes: {}, trackPublications: new Map() });
  await settle();
  assert.deepEqual(heard, ["p-founder: We raise", "p-founder: We raise the price."]);

  // Who does not come at all is nobody: nothing is said, and nothing waits any more.
  mock.timers.tick(60_000);
  await settle();
  assert.equal(heard.length, 2);
  assert.equal(Room.last.listeners.get("ParticipantConnected")?.size, 1, "the transport's own, which looks for agents");
  await transport.close();
  mock.timers.reset();
});

test("An agent's voice is handed on to be played like everybody's, and taken back", async () => {
  const transport = new LiveKitTransport(Object.assign(new Emitter(), { ticket: { url: "", token: "" } }), kit);
  /** @type {any[]} */
  const told = [];
  transport.on("voice", (/** @type {any} */ v) => told.push(v));
  transport.on("track", (/** @type {any} */ t) => told.push(t));
  await transport.connect();
  await settle();
  const [track, agent] = [{ kind: "audio", sid: "TR_a", source: "microphone", mediaStreamTrack: "sound" }, { identity: "agent", isAgent: true, attributes: {} }];

  Room.last.listeners.get("TrackSubscribed")?.forEach((f) => f(track, {}, agent));
  Room.last.listeners.get("TrackUnsubscribed")?.forEach((f) => f(track, {}, agent));

  assert.deepEqual(told, [{ id: "TR_a", track: "sound" }, { id: "TR_a", track: null }]);
});

test("Whether an agent is in the room is told on coming in, and as they come and go", async () => {
  const transport = new LiveKitTransport(Object.assign(new Emitter(), { ticket: { url: "", token: "" } }), kit);
  /** @type {boolean[]} */
  const told = [];
  transport.on("agent", (/** @type {boolean} */ here) => told.push(here));
  await transport.connect();
  await settle();
  const [agent, other] = ["agent", "other"].map((identity) => ({ identity, isAgent: true, attributes: {}, trackPublications: new Map() }));

  Room.last.comes(agent);
  Room.last.comes(other);
  for (const who of [agent, other]) {
    Room.last.remoteParticipants.delete(who.identity);
    Room.last.listeners.get("ParticipantDisconnected")?.forEach((f) => f(who));
  }

  assert.deepEqual(told, [false, true, true, true, false]);
});
