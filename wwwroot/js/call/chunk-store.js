// @ts-check
// Chunks on their way, kept by the browser until the portal has them: a crash or a reload loses none.

/** @typedef {{ trackId: string, number: number, position: number, pcm: ArrayBuffer, at: number }} StoredChunk */

const KEPT_FOR = 24 * 3_600_000;

export class ChunkStore {
  /** @type {Promise<IDBDatabase | null>} */
  #db = new Promise((resolve) => {
    try {
      const open = indexedDB.open("portal-recorder", 1);
      open.onupgradeneeded = () => open.result.createObjectStore("chunks", { keyPath: ["trackId", "number"] });
      open.onsuccess = () => resolve(open.result);
      open.onerror = open.onblocked = () => resolve(null);
    } catch {
      resolve(null); // private windows of some browsers: memory has to do
    }
  });

  /** @param {StoredChunk} chunk */
  put(chunk) {
    return this.#run((s) => s.put(chunk));
  }

  /** @param {string} trackId @param {number} number */
  remove(trackId, number) {
    return this.#run((s) => s.delete([trackId, number]));
  }

  /** @returns {Promise<StoredChunk[]>} oldest first; what nobody will take any more is thrown away */
  async all() {
    /** @type {StoredChunk[]} */
    const chunks = (await this.#run((s) => s.getAll())) ?? [];
    const [fresh, stale] = [chunks.filter((c) => c.at > Date.now() - KEPT_FOR), chunks.filter((c) => c.at <= Date.now() - KEPT_FOR)];
    for (const c of stale) void this.remove(c.trackId, c.number);
    return fresh.sort((a, b) => a.at - b.at);
  }

  /** @param {(store: IDBObjectStore) => IDBRequest} work @returns {Promise<any>} */
  async #run(work) {
    const db = await this.#db;
    if (!db) return undefined;
    return new Promise((resolve) => {
      try {
        const request = work(db.transaction("chunks", "readwrite").objectStore("chunks"));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }
}
