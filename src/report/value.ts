import { breakableCode, code, html, inline, LONG } from './markdown.ts';

const ADDRESS = /^https?:\/\//;
/** One word with a sign in it, or a long one: an image, a digest, a path, a name; or a command. */
const IDENTIFIER = /^(?=\S{2,}$)(?=.*[/:@_=-]|\S{12})|^kubectl /;

/** A value of a fact or a cell: an address becomes a link, a name or a digest code, anything else text. */
export function value(text: string): string {
  if (ADDRESS.test(text)) return inline(text);
  if (!IDENTIFIER.test(text)) return inline(text);
  return text.length > LONG ? breakableCode(text) : code(text);
}

/** As `value`, in HTML. */
export function valueHtml(text: string): string {
  const shown = html(text);
  if (/^https?:\/\/[^\s"'<>]+$/.test(text)) return `<a href="${text.replaceAll('&', '&amp;')}">${shown}</a>`;
  return IDENTIFIER.test(text) ? `<code>${shown}</code>` : shown;
}
