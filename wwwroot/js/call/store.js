// @ts-check
// What outlives a reload. The tab's own part lies in sessionStorage, the choice of devices in localStorage.

/** @typedef {{ camera?: string, microphone?: string, speaker?: string, language?: string }} DeviceChoice language: spoken, BCP 47 */

/** @param {Storage} storage @param {string} key */
function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? "null") ?? {};
  } catch {
    return {};
  }
}

/** @param {Storage} storage @param {string} key @param {object} change */
function merge(storage, key, change) {
  try {
    storage.setItem(key, JSON.stringify({ ...read(storage, key), ...change }));
  } catch {
    // A full or forbidden storage costs the memory of a choice, never the call.
  }
}

/** @returns {DeviceChoice} */
export const deviceChoice = () => read(localStorage, "portal.devices");
/** @param {DeviceChoice} change */
export const chooseDevice = (change) => merge(localStorage, "portal.devices", change);

/** This tab's part in one session's call. */
export class TabStore {
  /** @param {string} sessionId */
  constructor(sessionId) {
    this.key = `portal.call.${sessionId}`;
  }

  /** @returns {{ tabId?: string, joined?: boolean, participationId?: string, muted?: boolean, cameraOff?: boolean, side?: string | null, unsent?: { of: string, waiting: import("./unsent.js").Waiting[] } }} */
  get() {
    return read(sessionStorage, this.key);
  }

  /** @param {object} change */
  set(change) {
    merge(sessionStorage, this.key, change);
  }

  /**
   * The tab's own name. A duplicated tab carries a copy of it; the lock that the first one holds tells them apart.
   * @returns {Promise<string>}
   */
  async claimTab() {
    const held = this.get().tabId;
    if (held && (await hold(held))) return held;
    const tabId = crypto.randomUUID();
    void hold(tabId); // nobody else can
    // A copy of a tab is not the tab that joined: it shows the lobby.
    this.set(held ? { tabId, joined: false, participationId: undefined } : { tabId });
    return tabId;
  }
}

/** @param {string} tabId @returns {Promise<boolean>} whether this page now holds the name */
async function hold(tabId) {
  if (!navigator.locks) return true;
  // A reload can overtake the release of the page before it: wait a moment before calling it a copy.
  for (let attempt = 0; attempt < 8; attempt++) {
    const got = await new Promise((resolve) => {
      void navigator.locks.request(`portal.tab.${tabId}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise(() => {}) : undefined;
      });
    });
    if (got) return true;
    await new Promise((r) => setTimeout(r, 100));
  }
  return false;
}
