// @ts-check
// LiveKit's words in ours. Nothing here needs a server, or a browser.
import { AGENT } from "./freds-voice.js";

/** @typedef {import("./line.js").TrackKind} TrackKind */

/** @type {Record<string, TrackKind>} */
const KIND_OF_SOURCE = { microphone: "microphone", camera: "camera", screen_share: "screen" };
/** @type {Record<TrackKind, string>} */
export const SOURCE_OF_KIND = { microphone: "microphone", camera: "camera", screen: "screen_share" };

/** @param {string} source @returns {TrackKind | null} null for what the call does not show, such as a shared screen's sound */
export const kindOf = (source) => KIND_OF_SOURCE[source] ?? null;

/**
 * Whose tile it is. Agents and recorders carry no participation and have none.
 * @param {{ attributes: Readonly<Record<string, string>> } | undefined} participant @returns {string | null}
 */
export const participationOf = (participant) => participant?.attributes?.participation ?? null;

/** @type {Record<string, { level: "good" | "fair" | "poor", word: string }>} */
const QUALITY = {
  excellent: { level: "good", word: "Good connection" },
  good: { level: "fair", word: "Fair connection" },
  poor: { level: "poor", word: "Poor connection" },
  lost: { level: "poor", word: "Connection lost" },
};
/** @param {string} quality LiveKit's @returns {{ level: "good" | "fair" | "poor", word: string } | null} null: not known yet */
export const qualityOf = (quality) => QUALITY[quality] ?? null;

/** Removed, room deleted, room closed: the portal orders these for whoever is out of the call by its own count. */
const PUT_OUT = [4, 5, 10];

/**
 * What an end of the connection asks of the page: `moved` when the person came in elsewhere, `out` when the old ticket may
 * not be used again, `again` for everything that nobody ordered. Whether the call itself is over is never LiveKit's to
 * say: the line knows it.
 * @param {number | undefined} reason of LiveKit's protocol @returns {"closed" | "moved" | "out" | "again"}
 */
export const afterEnd = (reason) => (reason === 1 ? "closed" : reason === 2 ? "moved" : PUT_OUT.includes(reason ?? 0) ? "out" : "again");

/** @param {any} error of an attempt to connect @returns {boolean} whether the server answered, and said no */
export const isRefused = (error) => error?.name === "ConnectionError" && (error.status === 401 || error.status === 403 || error.reason === 0);

/**
 * An old token is not accepted, and a refused one never will be. A server that refuses every token is not asked with a
 * new one each time: each is a participation.
 * @param {any} error of the last attempt @param {number} age of the token, ms
 */
export const needsNewToken = (error, age) => age > 8 * 60_000 || (isRefused(error) && age > 30_000);

/** @param {any} error */
export const wordsOf = (error) =>
  isRefused(error)
    ? "The media server does not let this call in, so you and the others cannot see or hear each other. This page keeps trying; if it lasts, tell whoever runs the portal."
    : "The media server cannot be reached, so you and the others cannot see or hear each other. This page keeps trying; you can also leave and join again.";

/**
 * What a LiveKit agent hears, or says.
 * @typedef {object} Heard
 * @property {string} key the segment's own; what comes later under the same key replaces it
 * @property {string} participationId whose words they are, or `AGENT`
 * @property {boolean} kept whether the agent writes the transcript itself
 */

/**
 * Reads the head of a `lk.transcription` text stream. The words are those of whoever published the transcribed track.
 * The server vouches for the sender: an agent may speak for everyone, anybody else for themself alone, so that nobody can
 * put words into another's mouth.
 * @param {{ id: string, attributes?: Record<string, string> }} info
 * @param {{ isAgent?: boolean, attributes: Readonly<Record<string, string>> } | undefined} sender
 * @param {(trackSid: string) => string | null} publisherOf the participation that publishes the track, or `AGENT`
 * @returns {Heard | null} null when they are nobody's here
 */
export function heardOf(info, sender, publisherOf) {
  const attributes = info.attributes ?? {};
  const own = sender?.isAgent ? AGENT : participationOf(sender);
  const track = attributes["lk.transcribed_track_id"];
  const participationId = track ? publisherOf(track) : own;
  if (!participationId || (!sender?.isAgent && participationId !== own)) return null;
  return {
    key: `lk:${attributes["lk.segment_id"] ?? info.id}`.slice(0, 60),
    participationId,
    kept: attributes["portal.turns"] === "kept",
  };
}
