import { breakableCode, code, codeHtml, html, inline, LONG } from './markdown.ts';

const ADDRESS = /^https?:\/\//;
/** One word with a sign in it, or a long one: an image, a digest, a path, a name; or a command. */
const IDENTIFIER = /^(?=\S{2,}$)(?=.*[/:@_=-]|\S{12})|^kubectl /;

/** A value of a fact or a cell: an address becomes a link, a name or a digest code, anything else text. */
export function value(text: string): string {
  const page = shortPage(text);
  if (page !== undefined) return `[${inline(page)}](${text})`;
  if (ADDRESS.test(text)) return inline(text);
  if (!IDENTIFIER.test(text)) return inline(text);
  return text.length > LONG ? breakableCode(text) : code(text);
}

/** As `value`, in HTML. */
export function valueHtml(text: string): string {
  const shown = html(shortPage(text) ?? text);
  if (/^https?:\/\/[^\s"'<>]+$/.test(text)) return `<a href="${text.replaceAll('&', '&amp;')}">${shown}</a>`;
  return IDENTIFIER.test(text) ? codeHtml(text) : shown;
}

/**
 * What a page of GitHub shows: `run 42`, `run 42 (attempt 2)`, `1a2b3c4d5e6f...9f8e7d6c5b4a`, `1a2b3c4d5e6f`; undefined for any other address,
 * which is shown whole.
 */
function shortPage(text: string): string | undefined {
  const [, kind, id, attempt] = PAGE.exec(text) ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'commit') return attempt === undefined ? id?.slice(0, 12) : undefined;
  if (kind === 'compare') return attempt === undefined ? id : undefined;
  return attempt === undefined || attempt === '1' ? `run ${id}` : `run ${id} (attempt ${attempt})`;
}

const PAGE =
  /^https?:\/\/[\w.:-]{1,253}\/[\w.-]{1,100}\/[\w.-]{1,100}\/(actions\/runs|compare|commit)\/([\w.]{1,100})(?:\/attempts\/(\d{1,9}))?$/;
