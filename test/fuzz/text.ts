import fc from 'fast-check';
import { Secrets } from '../../src/adapters/actions/secrets.ts';
import { parseCommand } from '../../src/plan/review/command.ts';
import { LONGEST_LINE } from '../../src/text/cut.ts';
import { hideInText, hideVariable } from '../../src/text/hide-secrets.ts';
import { neutralise, neutraliseLine } from '../../src/text/neutralise.ts';
import { commandOf } from '../support/runner/commands.ts';
import { hostile } from './hostile-text.ts';

const long = fc.tuple(hostile, fc.integer({ min: 1, max: 2_000 })).map(([text, times]) => text.repeat(times));
const PASSWORD = 'hunter2hunter2';

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'neutralised text',
    property: fc.property(fc.oneof(hostile, long), (text) => {
      for (const line of neutralise(text)) {
        if (commandOf(line) !== undefined) throw new Error(`commands the runner: ${JSON.stringify(line)}`);
        if (/\p{Cc}|[\u202a-\u202e]/u.test(line.replaceAll('\t', ''))) throw new Error('has a control character');
        if (line.length > LONGEST_LINE) throw new Error(`${line.length} characters`);
        if (neutraliseLine(line) !== line) throw new Error(`changes again: ${JSON.stringify(line)}`);
      }
    }),
  },
  {
    name: 'hidden secrets',
    property: fc.property(fc.tuple(hostile, hostile), ([before, after]) => {
      const text = `${before}\nDB_PASSWORD=${PASSWORD}\n${after}`;
      if (hideInText('app.env', text).includes(PASSWORD)) throw new Error('shows a password');
      if (hideVariable('DATABASE_URL', `postgres://u:${PASSWORD}@${after}`).includes(PASSWORD))
        throw new Error('shows a URL');
    }),
  },
  {
    name: 'masked secrets',
    property: fc.property(fc.tuple(hostile, hostile), ([before, after]) => {
      const secrets = new Secrets();
      secrets.add(PASSWORD);
      for (const text of [`${before}${PASSWORD}${after}`, `${before}${PASSWORD.slice(0, 9)}… (cut)`]) {
        if (secrets.redact(text).includes(PASSWORD.slice(0, 9))) throw new Error(`shows it: ${secrets.redact(text)}`);
      }
    }),
  },
  { name: 'commands in comments', property: fc.property(hostile, (text) => void parseCommand(`/review ${text}`)) },
];
