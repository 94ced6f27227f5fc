import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { HEAD, problemsOf } from '../../support/unit/problems.ts';

const WRITTEN = [
  '3.10',
  '6063e25',
  '1.10',
  '2.0',
  '007',
  '12345678901234567890',
  '+4930123456',
  '0x00FF00',
  '0o22',
  'True',
  'yes',
  '1_000',
  '.5',
  '1e3',
  '.inf',
  '2001-01-01',
  '12:30:45',
];

const config = (rest: string) => parseConfig(HEAD + rest, 'slipway.yml');

describe('values of slipway.yml', () => {
  it.each(WRITTEN)('hb-01: %s arrives as it is written wherever text is wanted', (written) => {
    const { image, deploy, review, tests } = parseConfig(
      `app: parking
image: { repository: localhost:5000/apps/parking, args: { A: ${written} } }
deploy: { env: { A: ${written} }, command: [run, ${written}] }
tests: { unit: { run: ${written}, env: { A: ${written} } } }
review: { env: { A: ${written} }, database: { version: ${written} } }`,
      'slipway.yml',
    );
    const found = [image?.args?.A, deploy.env?.A, deploy.command?.[1], tests?.unit?.run, tests?.unit?.env?.A];
    expect([...found, review?.env?.A, review?.database?.version]).toEqual(Array(7).fill(written));
  });

  it('hb-01: quoted text is text, and block scalars keep their lines', () => {
    const { deploy } = config('deploy:\n  env:\n    A: "3.10"\n    B: \'007\'\n    C: |\n      x\n      y\n');
    expect(deploy.env).toEqual({ A: '3.10', B: '007', C: 'x\ny\n' });
  });

  it('numbers and booleans stay what they are where the schema wants them', () => {
    const { deploy, review } = config(
      'deploy: { port: 8080, replicas: 0x2, reversible: True }\nreview: { tls: false, quota: { pods: 3 } }\n',
    );
    expect(deploy).toMatchObject({ port: 8080, replicas: 2, reversible: true });
    expect(review).toMatchObject({ tls: false, quota: { pods: 3 } });
  });

  it('a quoted number is no number', () => {
    expect(problemsOf(`${HEAD}deploy: { port: "8080" }\n`)[0]).toMatch(
      /^slipway.yml:3:11: deploy.port: .*\(found "8080"\)/,
    );
    expect(problemsOf(`${HEAD}deploy: { port: 80.5 }\n`)[0]).toMatch(/^slipway.yml:3:11: deploy.port: .*80\.5/);
  });

  it('CH-19: deploy.helm.set takes nested values, lists and null; types are those of helm --set', () => {
    const { deploy } = config(`deploy:
  helm:
    chart: chart
    set:
      tag: 6063e25
      ver: 1.10
      replicas: 3
      big: 12345678901234567890
      zero: 007
      debug: true
      off: null
      empty: ""
      ports: [80, 443, 0x1F]
      ingress: { hosts: [{ name: a.example, paths: [/] }] }
`);
    expect(deploy.helm?.set).toEqual({
      tag: '6063e25',
      ver: '1.10',
      replicas: 3,
      big: '12345678901234567890',
      zero: '007',
      debug: true,
      off: null,
      empty: '',
      ports: [80, 443, '0x1F'],
      ingress: { hosts: [{ name: 'a.example', paths: ['/'] }] },
    });
  });

  it('hb-02: names of variables have dots and dashes, as in Kubernetes', () => {
    const { deploy } = config('deploy: { env: { discovery.type: single-node, X-Y: a, _z: b } }\n');
    expect(deploy.env).toEqual({ 'discovery.type': 'single-node', 'X-Y': 'a', _z: 'b' });
    expect(problemsOf(`${HEAD}deploy: { env: { 1a: x } }\n`)).toEqual([
      'slipway.yml:3:18: deploy.env.1a: the name of a variable is letters, digits, "_", "-" and ".", and does not begin with a digit',
    ]);
  });
});
