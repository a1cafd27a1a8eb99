// @ts-check

/** A refusal or a failure, with words for the person. */
export class ApiError extends Error {
  /** @param {number} status 0 when the server was not reached @param {string} type @param {string} words */
  constructor(status, type, words) {
    super(words);
    this.status = status;
    /** The last part of the problem's type, such as "consent-needed". */
    this.type = type;
  }
}

/**
 * @param {string} method @param {string} url @param {unknown} [body]
 * @returns {Promise<any>} the JSON answer, or null
 * @throws {ApiError}
 */
export async function send(method, url, body) {
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, "offline", "The portal cannot be reached. Check your connection.");
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(response.status, String(problem.type ?? "").split("/").pop() ?? "", problem.detail ?? problem.title ?? `The portal answered ${response.status}.`);
}

/**
 * @typedef {object} JoinTicket
 * @property {"direct" | "livekit"} transport
 * @property {string | null} url of the media server
 * @property {string | null} token for it
 * @property {RTCIceServer[]} iceServers
 * @property {string} identity
 * @property {string} participationId
 * @property {string} callId
 * @property {string} sessionId
 * @property {string} name
 * @property {"founder" | "coach"} role
 * @property {number} sampleRate
 * @property {string} serverTime
 */

/** @param {object} request @returns {Promise<JoinTicket>} */
export const requestTicket = (request) => send("POST", "/api/livekit/token", request);
/** @param {string} participationId */
export const leaveParticipation = (participationId) => send("POST", `/api/calls/participations/${participationId}/leave`);
/** @param {string} sessionId @param {"recording" | "transcript"} type @param {boolean} granted */
export const answerConsent = (sessionId, type, granted) => send("POST", `/api/calls/sessions/${sessionId}/consent`, { type, granted });
/** @param {string} sessionId @param {"request" | "cancel" | "pause" | "resume"} action */
export const controlRecording = (sessionId, action) => send("POST", `/api/calls/sessions/${sessionId}/recording`, { action });
