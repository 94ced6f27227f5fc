import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseConfig } from '../../src/config/load.ts';
import { UserError } from '../../src/errors.ts';
import { mutationsOf } from './mutations.ts';

const EXAMPLE = readFileSync(new URL('../../examples/parking/slipway.yml', import.meta.url), 'utf8');
const HEAD = 'app: parking\nimage: { repository: localhost:5000/apps/parking }\n';
const ALIASES = `${HEAD}deploy: { env: &common { LOG_LEVEL: info } }\nenvironments:\n  staging: { namespace: s, env: { <<: *common, B: *common } }\n`;

/** The file is taken, or refused with a place. */
function isReadOrRefused(text: string): void {
  try {
    parseConfig(text, 'slipway.yml');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!/^slipway\.yml:\d+:\d+: ./.test(error.message)) throw new Error(`no place: ${error.message}`);
    if (error.location === undefined) throw new Error('no location for an annotation');
  }
}

const written = fc.stringMatching(/^[0-9+.][0-9a-fA-FxoeE_+.]{0,20}$/);

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'a mutated slipway.yml is taken, or refused with file, line and column',
    property: fc.property(
      fc.oneof(mutationsOf(EXAMPLE), mutationsOf(ALIASES)),
      isReadOrRefused,
    ) as fc.IProperty<unknown>,
  },
  {
    name: 'an unquoted number in env arrives as it is written',
    property: fc.property(written, (text) => {
      const { deploy } = parseConfig(`${HEAD}deploy:\n  env:\n    X: ${text}\n`, 'slipway.yml');
      if (deploy.env?.X !== text) throw new Error(`${text} became ${deploy.env?.X}`);
    }) as fc.IProperty<unknown>,
  },
  {
    name: 'a quoted text in env arrives as it is',
    property: fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const { deploy } = parseConfig(`${HEAD}deploy: { env: { X: ${JSON.stringify(text)} } }\n`, 'slipway.yml');
      if (deploy.env?.X !== text) throw new Error(`${JSON.stringify(text)} became ${JSON.stringify(deploy.env?.X)}`);
    }) as fc.IProperty<unknown>,
  },
];
