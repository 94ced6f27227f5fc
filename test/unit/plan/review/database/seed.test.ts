import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planDatabase } from '../../../../../src/plan/review/database/database.ts';
import { type LoadedSeed, planSeed, type Seed, seedFile } from '../../../../../src/plan/review/database/seed.ts';
import { seedConfigMap, seedJob } from '../../../../../src/plan/review/database/seed-objects.ts';
import { configOf } from '../../../../support/unit/review.ts';

const OWNER = { app: 'parking', repositoryId: 1, number: 7 };
const DATABASE = planDatabase({ engine: 'postgres' } as never, 'parking', 'baseline');
const file = (path: string, content: string | Buffer) => ({ path, content: Buffer.from(content as string) });
const sql = (text: string) => planSeed('s.sql', 'postgres', file('s.sql', text)) as LoadedSeed;
const seedOf = (yaml: string) => configOf(`review: { database: { seed: ${yaml} } }`).review?.database?.seed;

describe('the seed', () => {
  it('may be as large as a ConfigMap, and not larger: then it says what to do', () => {
    expect(sql('x'.repeat(1_000_000))).toMatchObject({ kind: 'file', path: 's.sql' });
    expect(() => sql('ö'.repeat(1_700_000))).toThrow(/s\.sql has 3\.2 MiB, and at most 1 MiB/);
    expect(() => sql(' \n')).toThrow(/is empty/);
  });

  it('a changed seed is another ConfigMap and another Job', () => {
    const [a, b] = [sql('select 1'), sql('select 2')];
    expect(seedConfigMap(a, DATABASE, OWNER, 'ns').metadata.name).not.toBe(
      seedConfigMap(b, DATABASE, OWNER, 'ns').metadata.name,
    );
    const [first, second] = [a, b].map((seed) => seedJob(seed, DATABASE, OWNER, 'ns').metadata.name);
    expect(first).not.toBe(second);
  });

  it('its SQL is never part of a command, and a failed load is not tried again unasked', () => {
    const job = JSON.stringify(seedJob(sql("insert into t values ('$(touch x)');"), DATABASE, OWNER, 'ns'));
    expect(job).not.toContain('touch');
    expect(job).toContain('"backoffLimit":0');
  });

  it.each([
    ['db/seed.sql', 'db/seed.sql'],
    ['{ dump: db/sanitised.dump }', 'db/sanitised.dump'],
    ['{ dump: /sanitised.dump, image: "r.example/dumps:1" }', undefined],
    ['{ command: flask seed }', undefined],
  ])('%s: the file to read is %s', (yaml, path) => {
    expect(seedFile(seedOf(yaml))).toBe(path);
  });

  it.each<[string, Partial<Seed>]>([
    ['{ command: [flask, seed] }', { kind: 'command', command: ['flask', 'seed'] }],
    [
      '{ dump: /d, image: "r.example/dumps:1" }',
      { kind: 'file', before: true, source: { image: 'r.example/dumps:1', path: '/d' } },
    ],
  ])('%s', (yaml, seed) => {
    expect(planSeed(seedOf(yaml) ?? '', 'postgres', undefined)).toMatchObject(seed);
  });

  it('gzip comes after the migrations, a dump before them', () => {
    expect(planSeed('s.sql.gz', 'mysql', file('s.sql.gz', gzipSync('select 1')))).toMatchObject({ before: false });
    expect(planSeed({ dump: 'd' }, 'postgres', file('d', 'PGDMP…'))).toMatchObject({ kind: 'file', before: true });
    expect(planSeed({ dump: 'd.sql' }, 'postgres', file('d.sql', 'select 1'))).toMatchObject({ before: true });
  });

  it('a dump of the repository is in the ConfigMap as it is; one of an image is copied out of it', () => {
    const content = Buffer.from([0x50, 0x47, 0x44, 0x4d, 0x50, 0, 0xff]);
    const own = planSeed({ dump: 'd' }, 'postgres', { path: 'd', content }) as LoadedSeed;
    expect(seedConfigMap(own, DATABASE, OWNER, 'ns').binaryData).toEqual({ dump: content.toString('base64') });
    const other = planSeed({ dump: '/d', image: 'r.example/dumps:1' }, 'postgres', undefined) as LoadedSeed;
    expect(seedConfigMap(other, DATABASE, OWNER, 'ns')).not.toHaveProperty('binaryData');
    expect(seedJob(other, DATABASE, OWNER, 'ns').spec).toMatchObject({
      template: {
        spec: { initContainers: [{ image: 'r.example/dumps:1', command: ['cp', '--', '/d', expect.anything()] }] },
      },
    });
  });

  it.each([
    ['r.example/dumps:nightly', 'Always'],
    ['r.example/dumps', 'Always'],
    [`r.example/dumps:nightly@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
  ])('the dump of %s is what the registry has now, and not what a node has kept', (image, policy) => {
    const seed = planSeed({ dump: '/d', image }, 'postgres', undefined) as LoadedSeed;
    expect(seedJob(seed, DATABASE, OWNER, 'ns').spec).toMatchObject({
      template: { spec: { initContainers: [{ image, imagePullPolicy: policy }] } },
    });
  });

  it.each([
    ['{}', /needs either `command` or `dump`/],
    ['{ command: a, dump: b }', /needs either/],
    ['{ command: a, image: b }', /needs either/],
    ['{ dump: relative, image: "r.example/d:1" }', /not an absolute path/],
  ])('%s is refused', (yaml, message) => {
    expect(() => planSeed(seedOf(yaml) ?? '', 'postgres', file('b', 'x'))).toThrow(message);
  });

  it('a dump of pg_dump is neither plain SQL nor for another engine', () => {
    expect(() => planSeed('s.sql', 'postgres', file('s.sql', 'PGDMP'))).toThrow(/a dump with tables of its own/);
    expect(() => planSeed({ dump: 'd' }, 'mariadb', file('d', 'PGDMP'))).toThrow(/is a dump of PostgreSQL/);
  });
});
