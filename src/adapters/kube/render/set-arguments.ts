/**
 * Arguments of helm for `deploy.helm.set`. `--set-json` keeps the type of each value: a version "1.10" stays text. But it reads
 * every number as floating point, so that a template shows 1000000 as 1e+06. Helm applies `--set` after it, which keeps
 * integers.
 * @see https://helm.sh/docs/helm/helm_upgrade/
 */
export function setArguments(set: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(set);
  return [
    ...entries.map(([path, value]) => `--set-json=${path}=${JSON.stringify(value)}`),
    ...entries.flatMap(([path, value]) => integers(path, value)),
  ];
}

function integers(path: string, value: unknown): string[] {
  if (typeof value === 'number') return Number.isInteger(value) ? [`--set=${path}=${value}`] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => integers(`${path}[${index}]`, item));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => integers(`${path}.${escaped(key)}`, item));
}

/** The key of a map inside a path of `--set`, in which some characters have a meaning. */
function escaped(key: string): string {
  return key.replace(/[\\,.=[\]{}]/g, '\\$&');
}
