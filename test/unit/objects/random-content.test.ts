import { describe, expect, it } from 'vitest';
import { keepRandom } from '../../../src/objects/random-content.ts';
import { keepRandomText } from '../../../src/objects/random-text.ts';
import type { KubeObject } from '../../../src/ports.ts';

const secret = (fields: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  ...fields,
});
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

describe('CH-3: random content of a chart', () => {
  it('stays what it is in the cluster, encoded or not', () => {
    const live = secret({ data: { password: base64('first'), user: base64('app') } });
    const encoded = keepRandom(
      secret({ data: { password: base64('aaa'), user: base64('app2') } }),
      secret({ data: { password: base64('bbb'), user: base64('app2') } }),
      live,
    );
    expect(encoded.object.data).toEqual({ password: base64('first'), user: base64('app2') });
    expect(encoded).toMatchObject({ kept: ['data.password'], fresh: [], lost: [] });
    const plain = keepRandom(
      secret({ stringData: { password: 'aaa' } }),
      secret({ stringData: { password: 'bbb' } }),
      live,
    );
    expect(plain.object.stringData).toEqual({ password: 'first' });
  });

  it('is new where the cluster has none', () => {
    const made = keepRandom(secret({ stringData: { key: 'a' } }), secret({ stringData: { key: 'b' } }), undefined);
    expect(made).toMatchObject({ object: { stringData: { key: 'a' } }, kept: [], fresh: ['stringData.key'] });
  });

  it('keeps bytes that are no text', () => {
    const bytes = Buffer.from([0, 255, 128, 10, 13]).toString('base64');
    const again = Buffer.from([0, 254, 128, 10, 13]).toString('base64');
    const live = Buffer.from([0, 200, 201, 10, 13]).toString('base64');
    expect(
      keepRandom(secret({ data: { k: bytes } }), secret({ data: { k: again } }), secret({ data: { k: live } })).object
        .data,
    ).toEqual({ k: live });
  });

  it('is found in lists by name, and in fields of other types', () => {
    const pod = (value: string, port: number) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        env: [
          { name: 'A', value: 'x' },
          { name: 'ID', value },
        ],
        port,
      },
    });
    const live = { ...pod('first', 1), spec: { env: [{ name: 'ID', value: 'first' }], port: 1 } };
    const { object, kept } = keepRandom(pod('a', 2), pod('b', 3), live);
    expect(object.spec).toEqual({
      env: [
        { name: 'A', value: 'x' },
        { name: 'ID', value: 'first' },
      ],
      port: 1,
    });
    expect(kept).toEqual(['spec.env[1].value', 'spec.port']);
  });
});

describe('CH-3: a text with random parts', () => {
  const config = (password: string, host: string, pool = 5) =>
    `host: ${host}\npassword: "${password}"\npool: ${pool}\n`;

  it('stays as it is where only the random parts differ', () => {
    expect(keepRandomText('http://app:aX1@db/x', 'http://app:aY2@db/x', 'http://app:zQ9@db/x')).toBe(
      'http://app:zQ9@db/x',
    );
    const live = config('live', 'db');
    expect(keepRandomText(config('one', 'db'), config('two', 'db'), live)).toBe(live);
  });

  it('takes a change of the fixed text, and keeps the random part', () => {
    expect(keepRandomText(config('one', 'new'), config('two', 'new'), config('live', 'db'))).toBe(
      config('live', 'new'),
    );
    expect(keepRandomText(config('one', 'db', 9), config('two', 'db', 9), config('live', 'db'))).toBe(
      config('live', 'db', 9),
    );
  });

  it('notices a change between two random parts', () => {
    const two = (a: string, fixed: string, b: string) => `a: ${a}\n${fixed}\nb: ${b}`;
    expect(keepRandomText(two('x1', 'new: 1', 'y1'), two('x2', 'new: 1', 'y2'), two('l1', 'old: 1', 'l2'))).toBe(
      two('l1', 'new: 1', 'l2'),
    );
  });

  it('keeps a certificate, whatever its length', () => {
    const pem = (...lines: string[]) =>
      ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
    const live = pem('MIIlive', 'two', 'three=');
    expect(keepRandomText(pem('MIIone', 'abc', 'x='), pem('MIItwo', 'def', 'y='), live)).toBe(live);
    expect(keepRandomText(pem('MIIone', 'abc'), pem('MIItwo', 'def', 'y='), live)).toBe(live);
    expect(keepRandomText(pem('MIIone', 'same', 'x='), pem('MIItwo', 'same', 'y='), live)).toBe(live);
  });

  it('is not guessed where the fixed text around it has changed', () => {
    expect(keepRandomText('pg://app:one@new/x', 'pg://app:two@new/x', 'pg://app:live@db/x')).toBeUndefined();
    expect(keepRandomText('a\none', 'a\ntwo', 'b\nlive')).toBeUndefined();
    const twice = 'p: 1\np: 2\nold';
    expect(keepRandomText('p: one\nnew', 'p: two\nnew', twice)).toBeUndefined();
  });
});
