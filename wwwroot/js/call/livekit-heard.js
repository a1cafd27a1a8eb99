// @ts-check
// What LiveKit agents hear and say: text streams of the topic `lk.transcription`.
import { AGENT } from "./freds-voice.js";
import { heardOf, participationOf } from "./livekit-map.js";

/** How long words wait for the news of who says them. */
const NEWS_WITHIN = 30_000;

/** How long an agent's own words that came in one piece wait for a longer version of themselves, ms. */
const SETTLES = 5_000;

/** @typedef {import("./livekit-map.js").Heard & { text: string, final: boolean }} Told */

/**
 * @param {any} room LiveKit's @param {string} newcomer its event for one
 * @param {(heard: Told) => void} tell
 */
export function hearWords(room, newcomer, tell) {
  const words = new HeardWords();
  room.registerTextStreamHandler("lk.transcription", async (/** @type {any} */ reader, /** @type {{ identity: string }} */ { identity }) => {
    const sender = await known(room, identity, newcomer);
    await words.read(reader, () => heardOf(reader.info, sender, (sid) => publisherOf(room, sid)), tell);
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

/**
 * Reads `lk.transcription` text streams. What an agent hears comes in versions, each a whole stream, and the last says that
 * it is final. What it says comes bit by bit in one stream, as it is spoken, and is final when that ends: agents of Python
 * say so at the end, those of Node never do.
 */
export class HeardWords {
  /** The stream that came last, by segment. @type {Map<string, any>} */
  #last = new Map();

  /** @param {any} reader @param {() => import("./livekit-map.js").Heard | null} whose @param {(heard: Told) => void} tell */
  async read(reader, whose, tell) {
    const { info } = reader;
    const isFinal = () => info.attributes?.["lk.transcription_final"] === "true";
    const segment = info.attributes?.["lk.segment_id"] ?? info.id;
    this.#last.set(segment, reader);
    let [text, pieces, heard] = ["", 0, whose()];
    const now = (/** @type {boolean} */ final) => {
      heard = whose() ?? heard;
      if (heard && text.trim()) tell({ ...heard, text: text.trim(), final });
    };
    try {
      for await (const piece of reader) {
        text += piece;
        pieces++;
        if (!isFinal()) now(false);
      }
    } catch {
      // Whoever said it went in the middle of it: what came was said.
    }
    if (!isFinal()) {
      if (heard?.participationId !== AGENT) return;
      if (pieces < 2) await new Promise((resolve) => setTimeout(resolve, SETTLES));
      if (this.#last.get(segment) !== reader) return;
    }
    now(true);
  }
}
