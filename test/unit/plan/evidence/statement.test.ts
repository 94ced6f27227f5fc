import { describe, expect, it } from 'vitest';
import { type Facts, readStatement, type Statement, writeStatement } from '../../../../src/plan/evidence/statement.ts';

const subject = { repository: 'ghcr.io/acme/parking', digest: `sha256:${'a'.repeat(64)}` };
const build: Facts = {
  kind: 'build',
  build: {
    sourceKey: `2:${'b'.repeat(64)}`,
    finishedOn: '2026-11-30T02:00:00.000Z',
    caches: ['type=gha'],
    stages: { test: `2:${'f'.repeat(64)}` },
    images: { 'python:3.12': `sha256:${'c'.repeat(64)}` },
    source: { url: 'https://github.com/acme/parking', commit: 'd'.repeat(40) },
    run: 'https://github.com/acme/parking/actions/runs/1',
  },
};
const suite: Facts = {
  kind: 'suite',
  suite: {
    name: 'unit',
    hash: 'e'.repeat(64),
    run: 'https://github.com/acme/parking/actions/runs/1',
    counts: { passed: 4, failed: 0, skipped: 1 },
  },
};

describe('a statement about an image', () => {
  it.each<[string, Facts]>([
    ['how it was built', build],
    ['how it was built, without another stage', { kind: 'build', build: { ...build.build, stages: {} } }],
    ['a suite that passed', suite],
    ['a suite without a report', { kind: 'suite', suite: { ...suite.suite, counts: undefined } }],
    ['a suite with coverage', { kind: 'suite', suite: { ...suite.suite, coverage: { lines: 66.6667, branches: 0 } } }],
    [
      'a suite with coverage alone',
      { kind: 'suite', suite: { ...suite.suite, counts: undefined, coverage: { lines: 0.0001 } } },
    ],
  ])('reads as it was written: %s', (_what, facts) => {
    const statement: Statement = { subject, facts };
    expect(readStatement(writeStatement(statement))).toEqual(statement);
  });

  it('has the forms that other tools read', () => {
    expect(JSON.parse(writeStatement({ subject, facts: build }))).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: subject.repository, digest: { sha256: 'a'.repeat(64) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: { buildDefinition: { resolvedDependencies: [{ digest: { gitCommit: 'd'.repeat(40) } }, {}] } },
    });
    expect(JSON.parse(writeStatement({ subject, facts: suite }))).toMatchObject({
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: { result: 'PASSED', configuration: [{ name: 'unit', uri: 'slipway.yml#tests.unit' }] },
    });
  });

  it.each([
    '',
    '[]',
    '{"_type":"https://in-toto.io/Statement/v1"}',
    writeStatement({ subject, facts: suite }).replace('PASSED', 'FAILED'),
    writeStatement({ subject, facts: suite }).replace('"configuration":[{', '"configuration":[{"name":"x"},{'),
    writeStatement({ subject, facts: build }).replace('slipway.dev/build/v1', 'example.com/build'),
    writeStatement({ subject: { ...subject, digest: 'md5:0' }, facts: suite }),
  ])('is nothing else: %s', (text) => expect(readStatement(text)).toBeUndefined());
});
