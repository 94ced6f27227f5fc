import type { Log } from '../../ports.ts';
import { neutraliseLine } from '../../text/neutralise.ts';

/** A header may hold several, as `299 - "text"`. @see https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
const WARNING = /\b299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** What an API server warns of in the answers to writes: deprecated fields, for example. Each text is logged once. */
export class ServerWarnings {
  private readonly logged = new Set<string>();
  private readonly log: Pick<Log, 'warning'>;

  constructor(log: Pick<Log, 'warning'>) {
    this.log = log;
  }

  /** @param header the header `Warning` of an answer */
  take(header: string | string[] | undefined): void {
    for (const [, quoted = ''] of [header ?? []].flat().join(', ').matchAll(WARNING)) {
      const text = quoted.replace(/\\(.)/g, '$1');
      if (this.logged.has(text)) continue;
      this.logged.add(text);
      this.log.warning(`the API server warns: ${neutraliseLine(text)}`);
    }
  }
}
