import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, root } from '../../../scripts/check-lib.ts';
import { applyAccepted } from '../../../src/preflight/accept.ts';
import { findingsFile, isKnown, readBaseline } from '../../../src/preflight/baseline.ts';
import { CODES } from '../../../src/preflight/codes.ts';
import { distinct, type Finding, finding, inOrder, placeText } from '../../../src/preflight/finding.ts';
import { sarif } from '../../../src/preflight/sarif.ts';
import { refusal } from '../../support/refusal.ts';

const local = (more: Partial<Parameters<typeof finding>[1]> = {}): Finding =>
  finding('listens-on-localhost', {
    where: { object: 'Deployment web' },
    seen: 'it listens on port 8080 of 127.0.0.1 only',
    confidence: 'proven',
    remedy: 'Listen on 0.0.0.0.',
    ...more,
  });

it('only what is proven is an error, and what is possible is a note', () => {
  const severities = (['proven', 'likely', 'possible'] as const).map((confidence) => local({ confidence }).severity);
  expect(severities).toEqual(['error', 'warning', 'note']);
});

it('the fingerprint follows the cause, and neither the line nor the words', () => {
  const at = (line: number, seen: string) => local({ where: { file: 'Dockerfile', line }, seen }).fingerprint;
  expect(at(3, 'a')).toBe(at(9, 'b'));
  expect(local().fingerprint).not.toBe(local({ where: { object: 'Deployment api' } }).fingerprint);
  expect(local({ key: 'a' }).fingerprint).not.toBe(local({ key: 'b' }).fingerprint);
  const split = (object: string, key: string) => local({ where: { object, environment: 'x' }, key }).fingerprint;
  expect(split('a\nx\nb', 'c')).not.toBe(split('a', 'b\nx\nc'));
});

it('errors come first, and each cause once', () => {
  const note = local({ confidence: 'possible', where: { object: 'Deployment api' } });
  expect(inOrder([note, local()])).toEqual([local(), note]);
  expect(distinct([local(), local({ seen: 'again' })])).toEqual([local()]);
  expect(distinct([local({ confidence: 'possible' }), local()])).toEqual([local()]);
  expect(placeText({ file: 'k8s/web.yaml', line: 3, object: 'Service web', environment: 'staging' })).toBe(
    'staging: Service web, k8s/web.yaml:3',
  );
});

describe('acceptance', () => {
  const accept = { code: 'listens-on-localhost', where: 'web', because: 'behind a sidecar', until: '2027-03-31' };

  it('holds until the end of its last day', () => {
    expect(applyAccepted([local()], [accept], '2027-03-31').counted).toEqual([]);
    const over = applyAccepted([local()], [accept], '2027-04-01');
    expect(over.counted).toEqual([local()]);
    expect(over.notes.join()).toContain('ended on 2027-03-31');
  });

  it('of a code that does not exist is said', () => {
    const { counted, notes } = applyAccepted([local()], [{ ...accept, code: 'constructor' }], '2027-01-01');
    expect(counted).toEqual([local()]);
    expect(notes).toEqual(['slipway.yml accepts constructor, which is no code of preflight']);
  });

  it('is for its code and its place alone', () => {
    const other = local({ where: { object: 'Deployment api' } });
    expect(applyAccepted([other], [accept], '2027-01-01').counted).toEqual([other]);
    expect(applyAccepted([local()], [{ ...accept, code: 'exits' }], '2027-01-01').counted).toEqual([local()]);
  });
});

it('the findings of a run are the baseline of another', () => {
  const baseline = readBaseline(findingsFile('abc', [local({ confidence: 'likely' })]), 'f.json');
  expect(isKnown(local({ confidence: 'likely', seen: 'again' }), baseline)).toBe(true);
  expect(isKnown(local({ confidence: 'possible' }), baseline)).toBe(true);
  expect(isKnown(local({ key: 'other' }), baseline)).toBe(false);
  // What was a warning and is an error now is new.
  expect(isKnown(local(), baseline)).toBe(false);
  expect(refusal(() => readBaseline('[]', 'f.json')).message).toContain('f.json is no findings.json');
});

it('SARIF names the rule, the place and the fingerprint', () => {
  const [run] = JSON.parse(sarif([local()], 'app/slipway.yml')).runs;
  expect(run.tool.driver.rules).toHaveLength(1);
  expect(run.results[0]).toMatchObject({
    ruleId: 'listens-on-localhost',
    level: 'error',
    locations: [{ physicalLocation: { artifactLocation: { uri: 'app/slipway.yml' }, region: { startLine: 1 } } }],
    partialFingerprints: { 'slipway/v1': local().fingerprint },
  });
  const odd = local({ where: { ...local().where, file: 'k8s/a b#c%2F.yml' } });
  const [result] = JSON.parse(sarif([odd], 'slipway.yml')).runs[0].results;
  expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('k8s/a%20b%23c%252F.yml');
});

it('a test names each code', () => {
  const tests = filesOf('test/unit/preflight/*.test.ts', 'test/contract/images/preflight.test.ts');
  const text = tests.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const named = new Set(text.match(/[a-z0-9]+(?:-[a-z0-9]+)+|exits|hadolint/g));
  expect(Object.keys(CODES).filter((code) => !named.has(code))).toEqual([]);
});

it('words of a pull request command no runner, make no link and no second line', () => {
  const foreign = '[fix](https://evil.example)\u001b[31m\n::error::x ##[error]y\u202e';
  const one = local({ seen: foreign, where: { object: `Service ${foreign}` }, remedy: `Write ${foreign}` });
  for (const text of [one.seen, placeText(one.where)]) {
    for (const sign of ['\n', '\u001b', '\u202e', '##[']) expect(text).not.toContain(sign);
  }
  expect(one.remedy).not.toMatch(/^::/m);
  expect(JSON.parse(sarif([one], 'slipway.yml')).runs[0].results[0].message.text).not.toContain('](');
});
