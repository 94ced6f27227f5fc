import { createRequire } from 'node:module';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { parseEvent } from '../../src/event/parse.ts';
import { hostile } from './hostile-text.ts';

const webhooks = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: Record<string, unknown>[];
}[];
const NAMES = ['push', 'pull_request', 'workflow_dispatch', 'issue_comment', 'workflow_run'];
const real = webhooks
  .filter(({ name }) => NAMES.includes(name))
  .flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));

const wrong = fc.oneof(hostile, fc.constantFrom<unknown>(null, undefined, 0, -1, 1.5, true, [], {}));

/** The payload with one of its values replaced. @param choice which one: each is equally likely */
function mutated(value: unknown, choice: number, by: unknown): unknown {
  if (typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[choice % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const inner = (value as Record<string, unknown>)[key];
  const isDeeper = typeof inner === 'object' && inner !== null && choice % 3 > 0;
  const next = isDeeper ? mutated(inner, Math.floor(choice / 7), by) : by;
  return Array.isArray(value) ? value.with(Number(key), next) : { ...value, [key]: next };
}

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'payloads of events',
    property: fc.property(fc.constantFrom(...real), fc.nat(), wrong, (event, choice, by) => {
      const env = {
        GITHUB_EVENT_NAME: event.name,
        GITHUB_SHA: 'a'.repeat(40),
        GITHUB_RUN_ID: '1',
        GITHUB_ACTOR: 'mona',
      };
      try {
        parseEvent(env, mutated(event.payload, choice, by));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        if (error.remedy === undefined) throw new Error(`no remedy: ${error.message}`);
      }
    }),
  },
];
