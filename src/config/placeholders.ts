/** A part of a value: text, or the name of a placeholder. */
export type TemplatePart = string | { readonly placeholder: string };

/** Placeholders of a value of review.helm.set: also names that only the environment has. */
export const CHART_PLACEHOLDERS = ['number', 'host', 'url', 'commit', 'namespace', 'database-secret'] as const;

export type ChartPlaceholderValues = Record<(typeof CHART_PLACEHOLDERS)[number], string>;

/**
 * `{name}` or `{name.part}`; or `{{name}}`, which stands for the text `{name}`. A name begins with a lower-case letter and holds no
 * space, quote or colon: braces around anything else are ordinary text, as in JSON.
 */
const PLACEHOLDER = /\{\{([a-z][a-z0-9-]*(?:\.[A-Za-z0-9._-]+)?)\}\}|\{([a-z][a-z0-9-]*(?:\.[A-Za-z0-9._-]+)?)\}/g;
const BRACED_NAME = /\{[a-z][a-z0-9-]*(?:\.[A-Za-z0-9._-]+)?\}/g;

/** The parts of a value in order; neighbouring text is one part. */
export function partsOf(value: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let end = 0;
  for (const match of value.matchAll(PLACEHOLDER)) {
    const [found, literal, placeholder] = match;
    text += value.slice(end, match.index) + (literal === undefined ? '' : `{${literal}}`);
    end = match.index + found.length;
    if (placeholder === undefined) continue;
    if (text !== '') parts.push(text);
    parts.push({ placeholder });
    text = '';
  }
  text += value.slice(end);
  return text === '' && parts.length > 0 ? parts : [...parts, text];
}

/** A text as a value that stands for it: without placeholders. */
export function literal(text: string): string {
  return text.replace(BRACED_NAME, '{$&}');
}

/** The names of the placeholders in a value, also of unknown ones. */
export function placeholdersIn(value: string): string[] {
  return partsOf(value).flatMap((part) => (typeof part === 'string' ? [] : part.placeholder));
}

/** Whether a value contains a key of a Secret. */
export function readsSecret(value: string): boolean {
  return placeholdersIn(value).some((one) => one.startsWith('secrets.'));
}
