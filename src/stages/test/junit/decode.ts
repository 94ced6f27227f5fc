const SAMPLE = 256;

/**
 * The text of an XML file in the encoding that its byte order mark or its declaration names; UTF-8 without either.
 * @throws Error for an unknown encoding
 * @see https://www.w3.org/TR/xml/#sec-guessing
 */
export function decodeXml(content: Uint8Array): string {
  const encoding = encodingOf(content);
  try {
    return new TextDecoder(encoding).decode(content);
  } catch {
    throw new Error(`its encoding "${encoding}" is not known`);
  }
}

function encodingOf(content: Uint8Array): string {
  const [a = 0, b = 0] = content;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  if (a === 0xef && b === 0xbb) return 'utf-8';
  const start = new TextDecoder('latin1').decode(content.subarray(0, SAMPLE));
  const declared = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(start)?.[1];
  // The declaration was readable byte by byte, so a declaration of UTF-16 is wrong.
  return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}
