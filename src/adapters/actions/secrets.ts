import { CUT_SIGN } from '../../text/cut.ts';

/** Characters. A shorter beginning of a secret reveals little, and masking it would hide common words. */
const SHORTEST_BEGINNING = 6;

/** The texts that must not be printed. The runner masks its log; it masks neither job summaries nor comments. */
export class Secrets {
  /** Longest first: a secret that contains another is replaced as a whole. */
  private values: string[] = [];

  /**
   * Registers a secret in the forms in which it may appear: whole, by line, in JSON, in base64 and in a URI.
   * @returns the forms that are new
   */
  add(secret: string): string[] {
    const lines = secret.split(/\r\n|\n|\r/);
    const forms = [secret, ...lines].flatMap((text) => [
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(Buffer.from(text).toString()),
      Buffer.from(text).toString('base64'),
      Buffer.from(text).toString('base64url'),
    ]);
    const known = new Set(this.values);
    // A line such as "}" of a key file is no secret, and masking it would make every text unreadable.
    const fresh = [...new Set(forms)].filter((form) => form.trim().length > 3 && !known.has(form));
    this.values = [...this.values, ...fresh].sort((a, b) => b.length - a.length);
    return fresh;
  }

  /** The text with every known secret replaced by ***, also where a text is cut in the middle of one. */
  redact(text: string): string {
    let redacted = text;
    for (const value of this.values) redacted = redacted.replaceAll(value, '***');
    return redacted.includes(CUT_SIGN) ? this.withoutBeginnings(redacted) : redacted;
  }

  /** The text without beginnings of secrets before signs of a cut. */
  private withoutBeginnings(text: string): string {
    const parts = text.split(CUT_SIGN);
    const last = parts.pop() ?? '';
    return [...parts.map((part) => this.withoutBeginning(part)), last].join(CUT_SIGN);
  }

  private withoutBeginning(part: string): string {
    for (const value of this.values) {
      for (let length = value.length - 1; length >= SHORTEST_BEGINNING; length--) {
        if (part.endsWith(value.slice(0, length))) return `${part.slice(0, -length)}***`;
      }
    }
    return part;
  }
}
