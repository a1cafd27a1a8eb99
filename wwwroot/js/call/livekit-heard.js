// @ts-check
// What LiveKit agents hear: text streams of the topic `lk.transcription`.
import { AGENT } from "./freds-voice.js";
import { heardOf, participationOf } from "./livekit-map.js";

/** How long words wait for the news of who says them. */
const NEWS_WITHIN = 30_000;

/**
 * @param {any} room LiveKit's @param {string} newcomer its event for one
 * @param {(heard: import("./livekit-map.js").Heard & { text: string }) => void} tell
 */
export function hearWords(room, newcomer, tell) {
  room.registerTextStreamHandler("lk.transcription", async (/** @type {any} */ reader, /** @type {{ identity: string }} */ { identity }) => {
    const text = String(await reader.readAll()).trim();
    const heard = heardOf(reader.info, await known(room, identity, newcomer), (sid) => publisherOf(room, sid));
    if (heard && text) tell({ ...heard, text });
  });
}

/** Words can overtake the news of who has come, on a busy machine by seconds. @param {any} room @param {string} identity @param {string} newcomer @returns {Promise<any>} */
async function known(room, identity, newcomer) {
  if (identity === room.localParticipant.identity) return room.localParticipant;
  if (!room.remoteParticipants.has(identity))
    await new Promise((resolve) => {
      const come = (/** @type {any} */ who) => who.identity === identity && resolve(undefined);
      room.on(newcomer, come);
      setTimeout(() => resolve(room.off(newcomer, come)), NEWS_WITHIN);
    });
  return room.remoteParticipants.get(identity);
}

/** @param {any} room @param {string} trackSid @returns {string | null} */
function publisherOf(room, trackSid) {
  const publisher = [room.localParticipant, ...room.remoteParticipants.values()].find((p) => p.trackPublications.has(trackSid));
  return publisher?.isAgent ? AGENT : participationOf(publisher);
}
