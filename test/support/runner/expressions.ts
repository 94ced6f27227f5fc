import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { falsy } from '@actions/expressions/result';

/** Contexts of an expression by name: `github`, `inputs`, `steps`, … as plain JSON. */
export type Contexts = Record<string, unknown>;

/** What success(), failure() and cancelled() answer. */
export type Status = 'success' | 'failure' | 'cancelled';

const toData = (value: unknown): data.ExpressionData => JSON.parse(JSON.stringify(value ?? null), data.reviver);

const answer = (name: string, value: boolean): FunctionDefinition => ({
  name,
  minArgs: 0,
  maxArgs: 0,
  call: () => new data.BooleanData(value),
});

function statusFunctions(status: Status): Map<string, FunctionDefinition> {
  const all = [
    answer('always', true),
    answer('success', status === 'success'),
    answer('failure', status === 'failure'),
    answer('cancelled', status === 'cancelled'),
  ];
  return new Map(all.map((definition) => [definition.name, definition]));
}

/** Evaluates one expression, without its `${{ }}`, by GitHub's own evaluator. */
export function evaluate(expression: string, contexts: Contexts, status: Status = 'success'): data.ExpressionData {
  const functions = statusFunctions(status);
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), [...functions.values()]).parse();
  const dictionary = new data.Dictionary();
  for (const [name, value] of Object.entries(contexts)) dictionary.add(name, toData(value));
  return new Evaluator(parsed, dictionary, functions).evaluate();
}

/** Where the expression that begins at `from` ends: the first `}}` outside of a string. */
function endOf(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith('}}', at)) return at;
  }
  throw new Error(`no }} after \${{ in: ${text}`);
}

/** A text with every `${{ … }}` in it evaluated and put in as a string. */
export function interpolate(text: string, contexts: Contexts, status: Status = 'success'): string {
  let result = '';
  let at = 0;
  for (let open = text.indexOf('${{'); open >= 0; open = text.indexOf('${{', at)) {
    const end = endOf(text, open + 3);
    result += text.slice(at, open) + evaluate(text.slice(open + 3, end), contexts, status).coerceString();
    at = end + 2;
  }
  return result + text.slice(at);
}

/** A value of which GitHub keeps the type: the result of the one expression that it is, otherwise what YAML says. */
export function evaluateWhole(value: unknown, contexts: Contexts): unknown {
  if (typeof value !== 'string') return value;
  const isOne = value.startsWith('${{') && endOf(value, 3) === value.length - 2;
  if (!isOne) return interpolate(value, contexts);
  const result = evaluate(value.slice(3, -2), contexts);
  return result instanceof data.BooleanData || result instanceof data.NumberData ? result.value : result.coerceString();
}

/** Every value of a mapping as text, interpolated; YAML's numbers and booleans as GitHub writes them. */
export function interpolateAll(
  mapping: Record<string, unknown> | undefined,
  contexts: Contexts,
): Record<string, string> {
  const entries = Object.entries(mapping ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, interpolate(String(value ?? ''), contexts)]));
}

const STATUS_FUNCTION = /\b(always|success|failure|cancelled)\s*\(/;

/** An `if:`. Without a status function in it, it also needs success(). */
export function condition(text: string | boolean | undefined, contexts: Contexts, status: Status): boolean {
  if (text === undefined) return status === 'success';
  const inner = String(text).trim();
  const expression = inner.startsWith('${{') && inner.endsWith('}}') ? inner.slice(3, -2) : inner;
  if (!STATUS_FUNCTION.test(expression) && status !== 'success') return false;
  return !falsy(evaluate(expression, contexts, status));
}
