import { secretKeyOf } from '../config/known-placeholders.ts';
import { literal, partsOf } from '../config/placeholders.ts';
import { isFields } from './fields.ts';
import { type IngressSpec, urlOf } from './ingress/ingress-spec.ts';

/** A key of a Secret of the namespace. */
export interface SecretKey {
  secret: string;
  key: string;
}

/** Values of placeholders, by name without braces. */
export type KnownValues = Readonly<Record<string, string | SecretKey>>;

/**
 * The parts of a value of slipway.yml, neighbouring text as one part. A placeholder without a value stays as it is written: the
 * check of the file refuses it.
 * @param secrets Secrets whose keys are placeholders: `{secrets.<name>.<key>}`
 */
export function resolved(
  text: string,
  known: KnownValues,
  secrets: readonly string[] = [],
): readonly (string | SecretKey)[] {
  const parts: (string | SecretKey)[] = [];
  for (const part of partsOf(text)) {
    const value = typeof part === 'string' ? part : valueOfPlaceholder(part.placeholder, known, secrets);
    const last = parts.at(-1);
    if (typeof value === 'string' && typeof last === 'string') parts[parts.length - 1] = last + value;
    else parts.push(value);
  }
  return parts;
}

function valueOfPlaceholder(name: string, known: KnownValues, secrets: readonly string[]): string | SecretKey {
  return (Object.hasOwn(known, name) ? known[name] : secretKeyOf(name, secrets)) ?? `{${name}}`;
}

/** Texts with their placeholders replaced; for values that take no Secret. */
export function filledTexts(
  texts: Readonly<Record<string, string>>,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filledText(text, known)]));
}

/** A text with its placeholders replaced. */
function filledText(text: string, known: Readonly<Record<string, string>>): string {
  return resolved(text, known).join('');
}

/** The same value with the placeholders of every text in it replaced. */
export function filledValue<T>(value: T, known: Readonly<Record<string, string>>): T {
  return filled(value, known) as T;
}

function filled(value: unknown, known: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return filledText(value, known);
  if (Array.isArray(value)) return value.map((item) => filled(item, known));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, known)]));
}

/** Texts as values that stand for them: without placeholders. */
export function literals(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, literal(text)]));
}

/** The host, the URL, the commit and the pull request of an app in one environment, as placeholders. */
export function placeValues(app: {
  ingress: IngressSpec | undefined;
  commit?: string | undefined;
  number?: number | undefined;
}): Record<string, string> {
  const { ingress, commit = '', number } = app;
  const url = ingress === undefined ? '' : (urlOf(ingress) ?? '');
  return { host: ingress?.host ?? '', url, commit, ...(number === undefined ? {} : { number: String(number) }) };
}
