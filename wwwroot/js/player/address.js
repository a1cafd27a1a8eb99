// @ts-check
import { copy } from "../clipboard.js";

/**
 * The address of a moment of a session: ?t=754, so many seconds into the first recording (where nothing was recorded: into
 * the first call), or into the one it names with &recording=…; with #turn-… the turn counts, as long as it is there.
 */

/**
 * @param {{ search: string, hash: string }} address
 * @returns {{ seconds: number, recording: string | null, turn: string | null } | null} null when it names no moment
 */
export function momentOf({ search, hash }) {
  const wanted = new URLSearchParams(search);
  const seconds = wanted.get("t");
  if (!seconds || !/^\d{1,6}$/.test(seconds)) return null;
  return { seconds: Number(seconds), recording: wanted.get("recording"), turn: hash.startsWith("#turn-") ? hash.slice(1) : null };
}

/**
 * @param {string} page
 * @param {number} seconds
 * @param {string | null} recording null for the page's first
 */
export function addressOf(page, seconds, recording) {
  const address = new URL(page);
  address.search = new URLSearchParams({ t: String(Math.floor(seconds)), ...(recording && { recording }) }).toString();
  address.hash = "";
  return address.href;
}

/**
 * Where the page's address leads in a recording.
 * @param {HTMLElement} root its player
 * @param {{ id: string, startedAt: number }} recording when it began, milliseconds since 1970
 * @returns {number | null} seconds; null when it leads elsewhere
 */
export function linkedIn(root, { id, startedAt }) {
  const moment = momentOf(location);
  if (!moment) return null;
  const turn = moment.turn ? document.getElementById(moment.turn) : null;
  if (turn?.dataset.at) return turn.parentElement?.dataset.recording === id ? (Number(turn.dataset.at) - startedAt) / 1000 : null;
  return moment.recording === id || (!moment.recording && isFirst(root)) ? moment.seconds : null;
}

/**
 * @param {HTMLElement} root the recording's player
 * @param {string} id the recording's
 * @param {number} seconds
 * @param {HTMLElement} words where the person is told
 */
export async function copyLink(root, id, seconds, words) {
  const address = addressOf(location.href, seconds, isFirst(root) ? null : id);
  const copied = await copy(address);
  if (!copied) history.replaceState(history.state, "", address);
  words.textContent = copied ? "Link copied" : "The link is in the address bar";
  setTimeout(() => (words.textContent = ""), 4_000);
}

const isFirst = (/** @type {HTMLElement} */ root) => document.querySelector("[data-player]") === root;
