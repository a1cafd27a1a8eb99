// @ts-check
// The place where one writes to FRED. What is being typed stays in the browser until the portal has it, so that
// neither a reload nor a lost connection loses a word.

/**
 * @typedef {{ text: string, clientId: string | null }} Draft
 * @typedef {{ invokeMethodAsync(method: string, ...args: unknown[]): Promise<boolean> }} Target
 */

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} scroll the conversation; kept at its end while the reader is there
 * @param {Target} target
 * @param {string} key of the draft in the session storage
 */
export function compose(form, scroll, target, key) {
  const input = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const controller = new AbortController();
  const { signal } = controller;
  let sending = false;

  const draft = read(key);
  // What was typed before this module came wins over an older draft.
  if (input.value === "" && draft.text !== "") input.value = draft.text;
  else if (input.value !== draft.text) write(key, { text: input.value, clientId: null });

  input.addEventListener("input", () => write(key, { text: input.value, clientId: null }), { signal });

  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  }, { signal });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value;
    if (sending || text.trim() === "") return;
    sending = true;
    form.toggleAttribute("data-sending", true);
    // The id goes with the words: when the answer to this call is lost, sending again asks once.
    const clientId = read(key).clientId ?? newId();
    write(key, { text, clientId });
    try {
      const taken = await target.invokeMethodAsync("SendAsync", text, clientId);
      if (taken && input.value === text) {
        input.value = "";
        write(key, { text: "", clientId: null });
      } else if (taken) {
        write(key, { text: input.value, clientId: null });
      }
      scroll.scrollTop = scroll.scrollHeight;
    } catch {
      // The connection is away. The words stay where they are.
    } finally {
      sending = false;
      form.toggleAttribute("data-sending", false);
    }
  }, { signal });

  let atEnd = true;
  scroll.scrollTop = scroll.scrollHeight;
  scroll.addEventListener("scroll", () => {
    atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
  }, { signal, passive: true });
  const observer = new MutationObserver(() => {
    if (atEnd) scroll.scrollTop = scroll.scrollHeight;
  });
  observer.observe(scroll, { childList: true, subtree: true, characterData: true });

  return {
    dispose() {
      controller.abort();
      observer.disconnect();
    },
  };
}

/** Also on a page that is not secure, where crypto.randomUUID is missing. @returns {string} */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** @param {string} key @returns {Draft} */
function read(key) {
  try {
    const draft = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return { text: draft?.text ?? "", clientId: draft?.clientId ?? null };
  } catch {
    return { text: "", clientId: null };
  }
}

/** @param {string} key @param {Draft} draft */
function write(key, draft) {
  try {
    if (draft.text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is full or forbidden: the draft then lives in the page alone.
  }
}
