// @ts-check

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the clipboard has it; browsers refuse on insecure pages
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
