/** What a value of review.env can contain: `{number}` of the pull request, `{host}` and `{url}` of the environment, `{commit}`. */
export const PLACEHOLDERS = ['number', 'host', 'url', 'commit'] as const;

/** What a value of review.helm.set can contain in addition: names that only the environment has. */
export const CHART_PLACEHOLDERS = [...PLACEHOLDERS, 'namespace', 'database-secret'] as const;

export type PlaceholderValues = Record<(typeof PLACEHOLDERS)[number], string>;
export type ChartPlaceholderValues = Record<(typeof CHART_PLACEHOLDERS)[number], string>;

/** `{name}`; or `{{name}}`, which stands for the text `{name}`. Braces around anything else are ordinary text, as in JSON. */
const PLACEHOLDER = /\{\{([a-z][a-z0-9-]*)\}\}|\{([a-z][a-z0-9-]*)\}/g;

/** The names of the placeholders in a value, also of unknown ones. */
export function placeholdersIn(value: string): string[] {
  return [...value.matchAll(PLACEHOLDER)].flatMap(([, , name]) => name ?? []);
}

/** A value with its placeholders replaced. */
export function filled(value: string, values: PlaceholderValues | ChartPlaceholderValues): string {
  const known: Readonly<Record<string, string>> = values;
  return value.replace(PLACEHOLDER, (found, literal: string | undefined, name: string | undefined) => {
    if (literal !== undefined) return `{${literal}}`;
    return (name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined) ?? found;
  });
}
