// @ts-check

/** Named events with one value each. */
export class Emitter {
  /** @type {Map<string, Set<(value: any) => void>>} */
  #handlers = new Map();

  /**
   * @param {string} event
   * @param {(value: any) => void} handler
   * @returns {() => void} stops it
   */
  on(event, handler) {
    const set = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, set.add(handler));
    return () => set.delete(handler);
  }

  /** @param {string} event @param {any} [value] */
  emit(event, value) {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) handler(value);
  }
}
