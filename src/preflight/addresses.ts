/** IPv4 addresses in texts of people. */

export interface Literal {
  address: string;
  /** Of RFC 1918, and no first or last address of a network. */
  isPrivate: boolean;
}

const LITERAL = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]|\/\d)/g;
const LONGEST = 20_000;

/** The addresses of hosts in a text. Networks (10.0.0.0/8), masks and versions are none. */
export function literalsIn(text: string): Literal[] {
  const found = new Map<string, Literal>();
  for (const [address, ...digits] of text.slice(0, LONGEST).matchAll(LITERAL)) {
    const [a = 0, b = 0, c = 0, d = 0] = digits.map(Number);
    if ([a, b, c, d].some((part) => part > 255) || a === 0 || a === 127 || a >= 224) continue;
    const inside = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
    found.set(address, { address, isPrivate: inside && d !== 0 && d !== 255 });
  }
  return [...found.values()];
}
