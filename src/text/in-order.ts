/**
 * Whether a text contains these parts in this order. Replaces `/first.*second/`, which is quadratic in texts that repeat the
 * first part.
 */
export function inOrder(text: string, ...parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
