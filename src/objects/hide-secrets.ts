import { HIDDEN, hideInText, hideVariable } from '../text/hide-secrets.ts';
import { stringifyJson } from '../text/json.ts';
import { secretOption } from '../text/secret-like.ts';
import { showBoth, showValue } from './show-value.ts';

/** The place of a value in an object. */
export interface Place {
  kind: string;
  /** Keys from the root; the name of a list item replaces its index. */
  path: readonly string[];
}

/** The whole object as JSON, with every value in it. */
const WHOLE_OBJECT = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The two values of a field for people; undefined stays undefined. Hides the content of Secrets, and values elsewhere that
 * look like secrets: a report has more readers than the namespace.
 */
export function shownBoth(place: Place, before: unknown, after: unknown): [before: string, after: string] {
  const [from, to] = [before, after].map((value) => hideSecrets(place, value));
  const isHidden =
    from === HIDDEN || to === HIDDEN || (before !== undefined && after !== undefined && isSame(from, to));
  if (!isHidden) return showBoth(from, to);
  return [isSame(from, to) ? HIDDEN : shown(from), isSame(from, to) ? HIDDEN : shown(to)];
}

function shown(value: unknown): string {
  return value === HIDDEN ? HIDDEN : showValue(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return stringifyJson(a) === stringifyJson(b);
}

/**
 * A value with the parts hidden that look like secrets.
 * @param variables which values of environment variables are hidden: all but plain settings, or those that look like secrets
 */
export function hideSecrets(
  { kind, path }: Place,
  value: unknown,
  variables: 'all-but-settings' | 'secret-like' = 'all-but-settings',
): unknown {
  if (value === undefined) return undefined;
  if (kind === 'Secret' && (path[0] === 'data' || path[0] === 'stringData')) return HIDDEN;
  const hidesMost = variables === 'all-but-settings';
  const isVariable = hidesMost && path.at(-1) === 'value' && path.at(-3) === 'env';
  const name = (path.at(-1) === 'value' ? path.at(-2) : path.at(-1)) ?? '';
  return hideIn(value, name, isVariable, hidesMost && (path.at(-1) === 'env' || path.at(-2) === 'env'), hidesMost);
}

/**
 * @param inEnv the value is a list of environment variables, or an item of one
 * @param hidesMost hides variables that are no plain settings
 */
function hideIn(value: unknown, name: string, isVariable: boolean, inEnv: boolean, hidesMost: boolean): unknown {
  if (typeof value === 'string') {
    if (name === WHOLE_OBJECT) return HIDDEN;
    return isVariable ? hideVariable(name, value) : hideInText(name, value);
  }
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      hideIn(item, secretOption(value[index - 1]) ?? name, isVariable, inEnv, hidesMost),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const own = 'name' in value && typeof value.name === 'string' ? value.name : undefined;
  const entries = Object.entries(value).map(([key, inner]) => {
    const isOwnValue = key === 'value' && own !== undefined;
    return [key, hideIn(inner, isOwnValue ? own : key, isOwnValue && inEnv, hidesMost && key === 'env', hidesMost)];
  });
  return Object.fromEntries(entries);
}
