import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeValues } from '../../../src/adapters/kube/yaml/read.ts';
import { parseJson, stringifyJson } from '../../../src/text/json.ts';
import { flowScalar } from '../../support/unit/scalars.ts';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What kubectl itself makes of the field `data`: a change of a label without a server. undefined: it refuses the file. */
function byKubectl(data: string): unknown {
  const file = join(folder, 'm.yaml');
  writeFileSync(file, `${HEAD}data: ${data}\n`);
  const { status, stdout, stderr } = spawnSync(
    'kubectl',
    ['label', '--local', '--overwrite', '-o', 'json', '-f', file, 'a=b'],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status === 0) return normal((parseJson(stdout) as { data?: unknown }).data);
  expect(stderr).toContain('error');
  return undefined;
}

function byUs(data: string): unknown {
  try {
    const [value] = kubeValues(`${HEAD}data: ${data}\n`);
    return normal((value as { data?: unknown } | undefined)?.data);
  } catch (error) {
    if ((error as Error).name === 'YamlProblem') return undefined;
    throw error;
  }
}

/** As it travels: Go writes whole floating-point numbers in another way. */
const normal = (value: unknown) => parseJson(stringifyJson({ value }));

describe('manifests against kubectl', () => {
  it('hb-06: scalars have the values that kubectl gives them', () => {
    fc.assert(
      fc.property(fc.array(flowScalar, { minLength: 150, maxLength: 150 }), (scalars) => {
        const accepted = scalars.filter((scalar) => byUs(`[${scalar}]`) !== undefined);
        const list = `[${accepted.join(', ')}]`;
        expect(byUs(list)).toEqual(byKubectl(list));
        const refused = scalars.filter((scalar) => !accepted.includes(scalar)).slice(0, 4);
        for (const scalar of refused) expect([scalar, byKubectl(`[${scalar}]`)]).toEqual([scalar, undefined]);
      }),
      { numRuns: 4 },
    );
  });

  it.each([
    '{a: 1, a: 2}',
    '{a: 0, <<: {a: 1}, b: 2}',
    '{<<: {a: 1}, a: 2}',
    '{<<: [{a: 1}, {a: 2, b: 3}], c: 4}',
    '{<<: {a: 1}, <<: {a: 2, b: 3}}',
    '{<<: 3}',
    '{1: x, true: y, 1.5: z, 0x10: f, 007: u, y: v}',
    '{null: x}',
    '{[a]: x}',
    '{x: *nope}',
    '&x {a: *x}',
    '[&x a, *x, {b: &x c}, *x]',
    '!foo {a: !bar b, c: !baz [d]}',
    '[!!int "12", ! 12, !!str yes, !!null "", !!bool "on", !!float "1", !!float 0x10]',
    '[!!int x]',
    '[!!binary aGVsbG8=, !!binary gIA=]',
    '[!!binary "%%"]',
    '[.inf]',
    '[9007199254740993, 9223372036854775807, -9223372036854775808, 9223372036854775808, 18446744073709551616]',
    '"a\\u0041\\n\\x41"',
    '|\n  x\n   y\n',
    '>-\n  x\n  y\n\n  z\n',
  ])('hb-06: %s is read as kubectl reads it', (data) => {
    expect(byUs(data)).toEqual(byKubectl(data));
  });
});
