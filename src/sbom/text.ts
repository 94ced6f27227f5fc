/** The text of a file, in the encoding that its first bytes name: PowerShell writes UTF-16. */
export function decoded(file: Buffer): string {
  const [first, second] = file;
  if (first === 0xff && second === 0xfe) return file.toString('utf16le', 2);
  if (first === 0xfe && second === 0xff) {
    return Buffer.from(file.subarray(2, file.length - (file.length % 2)))
      .swap16()
      .toString('utf16le');
  }
  return file.toString('utf8').replace(/^\ufeff/, '');
}

/** The lines, also of a file that was checked out on Windows. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/** Without white space and quotes around it. */
export function unquoted(text: string): string {
  const plain = text.trim();
  const quote = plain[0];
  const isQuoted = plain.length > 1 && (quote === '"' || quote === "'") && plain.endsWith(quote);
  return isQuoted ? plain.slice(1, -1) : plain;
}
