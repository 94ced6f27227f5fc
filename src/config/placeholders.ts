/** What a value of review.env can contain: `{number}` of the pull request, `{host}` and `{url}` of the environment, `{commit}`. */
export const PLACEHOLDERS = ['number', 'host', 'url', 'commit'] as const;

export type PlaceholderValues = Record<(typeof PLACEHOLDERS)[number], string>;

/** `{name}`; or `{{name}}`, which stands for the text `{name}`. Braces around anything else are ordinary text, as in JSON. */
const PLACEHOLDER = /\{\{([a-z][a-z0-9-]*)\}\}|\{([a-z][a-z0-9-]*)\}/g;

/** The names of the placeholders in a value, also of unknown ones. */
export function placeholdersIn(value: string): string[] {
  return [...value.matchAll(PLACEHOLDER)].flatMap(([, , name]) => name ?? []);
}

/** A value with its placeholders replaced. */
export function filled(value: string, values: PlaceholderValues): string {
  return value.replace(PLACEHOLDER, (found, literal: string | undefined, name: string | undefined) => {
    if (literal !== undefined) return `{${literal}}`;
    const known = PLACEHOLDERS.find((one) => one === name);
    return known === undefined ? found : values[known];
  });
}
