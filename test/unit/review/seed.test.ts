import { describe, expect, it } from 'vitest';
import { planDatabase } from '../../../src/plan/review/database.ts';
import { planSeed, seedConfigMap, seedJob } from '../../../src/plan/review/seed.ts';

const OWNER = { app: 'parking', repositoryId: 1, number: 7 };
const DATABASE = planDatabase({ engine: 'postgres' } as never, 'parking', 'baseline');

describe('the seed', () => {
  it('may be as large as a ConfigMap, and not larger: then it says what to do', () => {
    expect(planSeed({ path: 'db/seed.sql', text: 'x'.repeat(1_000_000) }).sql).toHaveLength(1_000_000);
    const large = { path: 'db/seed.sql', text: 'ö'.repeat(1_700_000) };
    expect(() => planSeed(large)).toThrow(/db\/seed\.sql has 3\.2 MiB, and at most 1 MiB/);
    expect(() => planSeed({ path: 'db/seed.sql', text: ' \n' })).toThrow(/is empty/);
  });

  it('a changed seed is another ConfigMap and another Job', () => {
    const [a, b] = ['select 1', 'select 2'].map((text) => planSeed({ path: 's.sql', text }));
    if (!a || !b) throw new Error('two seeds');
    expect(seedConfigMap(a, DATABASE, OWNER, 'ns').metadata.name).not.toBe(
      seedConfigMap(b, DATABASE, OWNER, 'ns').metadata.name,
    );
    const [first, second] = [a, b].map((seed) => seedJob(seed, DATABASE, OWNER, 'ns').metadata.name);
    expect(first).not.toBe(second);
  });

  it('its SQL is never part of a command, and a failed load is not tried again unasked', () => {
    const seed = planSeed({ path: 's.sql', text: "insert into t values ('$(touch x)');" });
    const job = JSON.stringify(seedJob(seed, DATABASE, OWNER, 'ns'));
    expect(job).not.toContain('touch');
    expect(job).toContain('"backoffLimit":0');
  });
});
