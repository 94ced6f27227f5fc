import { type KnownValues, resolved, type SecretKey } from '../value.ts';
import { verbatim } from '../verbatim.ts';

/** An entry of `env` of a container. */
export interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

/**
 * `env` of a container. A key of a Secret that is a whole value is read by the kubelet; one inside of a text becomes a variable of
 * its own in front of it, which the kubelet expands: it does not expand variables of `envFrom`.
 * @param env values as slipway.yml has them
 * @param secrets Secrets of the container, whose keys values can contain
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function variablesOf(
  env: Readonly<Record<string, string>>,
  known: KnownValues,
  secrets: readonly string[],
): Variable[] {
  const parts = Object.entries(env).map(([name, text]) => [name, resolved(text, known, secrets)] as const);
  const inner = parts.flatMap(([, value]) =>
    value.length > 1 ? value.filter((part) => typeof part !== 'string') : [],
  );
  const helpers = new Map(inner.map((key) => [helperName(key), key]));
  return [
    ...[...helpers].map(([name, key]) => fromSecret(name, key)),
    ...parts.map(([name, value]) => {
      const [only] = value;
      if (value.length === 1 && typeof only === 'object') return fromSecret(name, only);
      return { name, value: value.map((part, index) => expression(part, value[index + 1])).join('') };
    }),
  ];
}

function fromSecret(name: string, { secret, key }: SecretKey): Variable {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** No name that an app has: another value of its own would change the app. */
function helperName({ secret, key }: SecretKey): string {
  return `SLIPWAY_${secret}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/** A dollar sign in front of a reference would escape it. */
function expression(part: string | SecretKey, next: string | SecretKey | undefined): string {
  if (typeof part === 'object') return `$(${helperName(part)})`;
  return typeof next === 'object' ? verbatim(`${part}$`).slice(0, -1) : verbatim(part);
}
