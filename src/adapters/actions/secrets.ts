/** What must not be printed. The runner masks its log by itself; summaries written by hand and comments it does not. */
export class Secrets {
  private readonly values = new Set<string>();

  /**
   * Remembers a secret in the forms in which it could show up: whole, each of its lines, base64 and URI.
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
    // Lines such as "}" of a key file are no secret; masking them would make every text unreadable.
    const fresh = [...new Set(forms)].filter((form) => form.trim().length > 3 && !this.values.has(form));
    for (const form of fresh) this.values.add(form);
    return fresh;
  }

  /** The text with every known secret replaced by ***. */
  redact(text: string): string {
    let redacted = text;
    // Longest first: a secret that contains another is replaced as a whole.
    for (const value of [...this.values].sort((a, b) => b.length - a.length))
      redacted = redacted.replaceAll(value, '***');
    return redacted;
  }
}
