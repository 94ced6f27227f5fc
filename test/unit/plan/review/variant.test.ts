import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { checkedVariant, isVariant } from '../../../../src/inputs/variant.ts';
import { reviewNamespace } from '../../../../src/objects/names.ts';
import { parseCommand } from '../../../../src/plan/review/command.ts';
import { databaseName } from '../../../../src/plan/review/database/shared-server/names.ts';
import {
  exactSelector,
  foreignLabels,
  ownerLabels,
  ownerSelector,
} from '../../../../src/plan/review/environment/owner.ts';
import { reviewNamespaceOf } from '../../../../src/plan/review/environment/review-namespace.ts';
import { hostProblem, reviewHost } from '../../../../src/plan/review/host.ts';
import { configOfVariant } from '../../../../src/plan/review/variant.ts';
import { gitHubEnvironment, planReviewUp } from '../../../../src/plan/review-plan.ts';
import { tells, variantsIn, withAnswerOf, withStates } from '../../../../src/report/review-sections.ts';
import { configOf, pullRequest, reviewInputsOf, stateOf } from '../../../support/unit/review.ts';

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const app = fc.stringMatching(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);
const variant = fc.stringMatching(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/);
const number = fc.integer({ min: 1, max: 999_999_999 });
const owner = fc.record({ app, number, variant: fc.option(variant, { nil: undefined }), repositoryId: number });

describe('the name of a variant', () => {
  it('can be part of a name and a host, and is neither a time nor a commit', () => {
    fc.assert(fc.property(variant, isVariant));
    for (const wrong of ['', '24h', 'a'.repeat(21), 'a-', '-a', 'A', 'a.b', 'a_b', 'é', '9f2c4b7d'.repeat(5)]) {
      expect(isVariant(wrong), wrong).toBe(false);
    }
    expect(() => checkedVariant('a/../b')).toThrow(UserError);
    expect(checkedVariant(undefined)).toBeUndefined();
  });
});

describe('R9: names of a variant', () => {
  it('are names, and no two environments share one', () => {
    fc.assert(
      fc.property(owner, owner, (a, b) => {
        const namespaceOf = (o: typeof a) => reviewNamespace(o.app, o.repositoryId, o.number, o.variant);
        expect(namespaceOf(a)).toMatch(DNS_LABEL);
        expect(databaseName(a)).toMatch(/^[a-z0-9_]{1,63}$/);
        if (ownerSelector(a) === ownerSelector(b)) return;
        expect(namespaceOf(a)).not.toBe(namespaceOf(b));
        expect(databaseName(a)).not.toBe(databaseName(b));
      }),
    );
    // What would read the same is not the same.
    expect(reviewNamespace('a', 1, 1, 'pr-2')).not.toBe(reviewNamespace('a-pr-1', 1, 2));
    expect(databaseName({ app: 'b-c', repositoryId: 1, number: 1, variant: 'a' })).not.toBe(
      databaseName({ app: 'a-b-c', repositoryId: 1, number: 1 }),
    );
  });

  it('are what they were without one', () => {
    expect(reviewNamespace('parking', 424_242, 7)).toBe('parking-pr-7-833dfc');
    expect(databaseName({ app: 'parking', repositoryId: 424_242, number: 7 })).toBe('slipway_r424242_pr7_parking');
    expect(gitHubEnvironment({ number: 7 })).toBe('review/pr-7');
    expect(gitHubEnvironment({ number: 7, variant: 'mysql' })).toBe('review/pr-7-mysql');
  });

  it.each([
    [undefined, 'mysql', 'pr-7-mysql.parking.localhost'],
    ['pr-{number}.acme.dev', 'mysql', 'pr-7-mysql.acme.dev'],
    ['{variant}-{number}.acme.dev', 'mysql', 'mysql-7.acme.dev'],
    ['pr-{number}.{variant}.acme.dev', 'mysql', 'pr-7.mysql.acme.dev'],
    ['{variant}-{number}.acme.dev', undefined, '7.acme.dev'],
    ['pr-{number}-{variant}.acme.dev', undefined, 'pr-7.acme.dev'],
    ['pr-{number}.{variant}.acme.dev', undefined, 'pr-7.acme.dev'],
  ])('host %s of %s: %s', (template, which, host) => {
    expect(reviewHost(template, 'parking', 7, which)).toBe(host);
    expect(hostProblem(host)).toBeUndefined();
  });
});

describe('R10: the labels of a variant', () => {
  const plain = { app: 'parking', repositoryId: 1, number: 7 };
  const mysql = { ...plain, variant: 'mysql' };
  const labels = (of: typeof plain) => ({ labels: ownerLabels(of) });

  it('neither of two environments takes the other for its own', () => {
    expect(foreignLabels(labels(mysql), mysql)).toEqual([]);
    expect(foreignLabels(labels(plain), plain)).toEqual([]);
    expect(foreignLabels(labels(mysql), plain)).toEqual(['slipway.dev/variant is "mysql"']);
    expect(foreignLabels(labels(plain), mysql)).toEqual(['slipway.dev/variant is missing']);
  });

  it('select one, or without a name all; what is meant exactly never takes another one', () => {
    expect(ownerSelector(mysql)).toContain(',slipway.dev/variant=mysql');
    expect(ownerSelector(plain)).not.toContain('variant');
    expect(exactSelector(plain)).toBe(`${ownerSelector(plain)},!slipway.dev/variant`);
    expect(exactSelector(mysql)).toBe(ownerSelector(mysql));
  });

  it('are read by the reaper, and count as one environment each', () => {
    const metadata = { name: 'n', uid: 'u', resourceVersion: '1', ...labels(mysql) };
    expect(reviewNamespaceOf(metadata, 1)).toMatchObject({ number: 7, variant: 'mysql' });
  });
});

describe('slipway.yml for a variant', () => {
  const config = configOf(`
review:
  ttl: 2d
  env: { FLAGS: none, PLACE: review }
  database: { engine: postgres }
  variants:
    mysql: { database: { engine: mysql }, env: { FLAGS: new } }
    plain: {}
`);

  it('is what it says in place of the rest, with variables added', () => {
    const of = (which: string) => configOfVariant(config, which).review;
    expect(of('mysql')).toMatchObject({
      ttl: '2d',
      database: { engine: 'mysql' },
      env: { FLAGS: 'new', PLACE: 'review' },
    });
    expect(of('plain')).toMatchObject({ database: { engine: 'postgres' }, env: { FLAGS: 'none', PLACE: 'review' } });
    expect(configOfVariant(config, undefined)).toBe(config);
    expect(() => configOfVariant(config, 'msql')).toThrow(/not among review.variants/);
    expect(() => configOfVariant(config, 'constructor')).toThrow(/not among review.variants/);
    const plan = planReviewUp(
      reviewInputsOf({ variant: 'mysql' }),
      configOfVariant(config, 'mysql'),
      pullRequest(),
      7,
      undefined,
    );
    expect(plan.owner.variant).toBe('mysql');
    expect(plan.namespace).toMatch(/^parking-pr-7-mysql-[0-9a-f]{6}$/);
  });
});

describe('commands for a variant', () => {
  const sha = 'a'.repeat(40);
  it.each([
    ['/review restart mysql', { name: 'act', act: { name: 'restart' }, variant: 'mysql' }],
    ['/review extend 3d mysql', { name: 'act', act: { name: 'extend', ms: 259_200_000 }, variant: 'mysql' }],
    ['/review extend mysql', { name: 'act', act: { name: 'extend', ms: 86_400_000 }, variant: 'mysql' }],
    ['/review down mysql', { name: 'down', variant: 'mysql' }],
    [`/review up ${sha} mysql`, { name: 'up', commit: sha, variant: 'mysql' }],
    [`/review up ${sha}`, { name: 'up', commit: sha }],
    ['/review reset-database mysql', { name: 'reset-database', variant: 'mysql' }],
  ])('%s', (text, command) => {
    expect(parseCommand(text)).toEqual({
      is: 'command',
      command,
      text: text.replace('extend mysql', 'extend 24h mysql'),
    });
  });

  it('nothing behind it, and nothing that is no name', () => {
    for (const text of ['/review restart a b', '/review restart My', '/review up mysql abc', '/review mysql']) {
      expect(parseCommand(text).is, text).toBe('wrong');
    }
  });
});

describe('H2: the one comment of several environments', () => {
  const told = (which: string | undefined, toldAt: number, url = 'https://a.example.dev') =>
    stateOf({ variant: which, toldAt, url });

  it('without variants is as it was, without marks', () => {
    const body = withStates(undefined, told(undefined, 5));
    expect(body).not.toContain('<!-- variant');
    expect(withStates(body, told(undefined, 6))).toBe(body);
    expect(variantsIn(body)).toEqual([undefined]);
  });

  it('has a section for each, and keeps those of others', () => {
    const one = withStates(undefined, told('mysql', 5, 'https://mysql.example.dev'));
    const two = withStates(one, told('postgres', 6, 'https://postgres.example.dev'));
    expect(variantsIn(two)).toEqual(['mysql', 'postgres']);
    expect(two.match(/<!-- slipway:review:parking -->/g)).toHaveLength(1);
    for (const name of ['mysql', 'postgres']) {
      expect(two).toContain(`Review environment: parking (${name})`);
      expect(two).toContain(`https://${name}.example.dev`);
      expect(two).toContain(`restart ${name}`);
    }
    const answered = withAnswerOf('parking', two, 'mysql', {
      command: '/review logs mysql',
      by: 'mona',
      text: 'here.',
    });
    expect(answered.indexOf('here.')).toBeLessThan(answered.indexOf('parking (postgres)'));
    expect(variantsIn(withStates(answered, told(undefined, 7)))).toEqual([undefined, 'mysql', 'postgres']);
  });

  it('tells anew what somebody has overwritten with something older', () => {
    const later = told('mysql', 9, 'https://later.example.dev');
    const stale = withStates(withStates(undefined, told('mysql', 5)), told('postgres', 6));
    expect(tells(stale, [later])).toBe(false);
    const mended = withStates(stale, told('postgres', 6), [later]);
    expect(mended).toContain('https://later.example.dev');
    expect(tells(mended, [later, told('postgres', 6)])).toBe(true);
    // And never the other way round, whatever the clocks say.
    expect(withStates(mended, told('postgres', 7), [told('mysql', 5)])).toContain('https://later.example.dev');
    expect(withStates(mended, told('mysql', 1, 'https://now.example.dev'))).toContain('https://now.example.dev');
  });

  it('what pods write plants no section, also where there is only the environment without a name', () => {
    const marker = '<!-- slipway:review:parking -->';
    const lines = [
      '<!-- variant x 9999999999999 -->',
      '![](https://evil.example)',
      '<!-- /variant -->',
      `<!-- ${marker}variant y 1 -->`,
    ];
    const answer = { command: '/review logs', by: 'mona', text: 'these.', logs: [{ title: 'app', lines }] };
    const first = withStates(undefined, stateOf({ toldAt: 1, answer }));
    expect(variantsIn(withStates(first, stateOf({ toldAt: 2 })))).toEqual([undefined]);
    const answered = withAnswerOf('parking', first, undefined, answer);
    expect(variantsIn(withStates(answered, stateOf({ toldAt: 3 })))).toEqual([undefined]);
    expect(answered.split('<!-- variant').length).toBe(1);
  });

  it('what pods write ends no section, and many long logs fit', () => {
    const lines = ['<!-- /variant -->', '<!-- variant other 99 -->'];
    const logs = [{ title: 'app', lines: [...lines, ...Array.from({ length: 500 }, () => 'x'.repeat(100))] }];
    let body = '';
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const answer = { command: '/review logs', by: 'mona', text: 'these.', logs };
      body = withStates(body, stateOf({ variant: name, toldAt: 1, answer }));
    }
    expect(variantsIn(body)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(body.length).toBeLessThan(65_536);
  });
});
