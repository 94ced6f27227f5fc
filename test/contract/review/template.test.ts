import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { lot, SHARED, SharedServer } from './shared-server.ts';

/** More than 64 MiB, which are copied as files. */
const LARGE =
  "CREATE TABLE large (t text); ALTER TABLE large ALTER t SET STORAGE EXTERNAL; INSERT INTO large SELECT repeat('x', 1000000) FROM generate_series(1, 70);";

const platform = (await requirePlatform('templates of review databases'))?.platform;

describe.skipIf(!platform)('a template on a shared server', () => {
  let server: SharedServer;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    server = await SharedServer.open(platform, 2);
  });
  afterAll(async () => {
    expect(await server.close()).toEqual([]);
  });

  const build = (seed: string) =>
    server.stage.run(server.stage.github.actor.push('main'), {
      operation: 'template',
      image: server.image(1),
      review: SHARED,
      seed,
    });
  const ours = (...numbers: number[]) => [...numbers.map((number) => server.database(number)), server.template].sort();

  it('is built beside everything, and is what new environments begin with', async () => {
    expect((await build(lot('first'))).error).toBeUndefined();
    // The second build takes the first one's place while copies are made.
    const [again, copy] = await Promise.all([
      build(`${lot('second')} ${LARGE}`),
      server.up(1, { seed: lot('never loaded') }),
    ]);
    expect([again.error, copy.error]).toEqual([undefined, undefined]);
    expect([['first'], ['second']]).toContainEqual(await server.lots(1));
    expect((await server.up(2, { seed: lot('never loaded') })).error).toBeUndefined();
    expect(await server.lots(2)).toEqual(['second']);
    expect(await server.sql('select count(*) from large', await server.login(2))).toBe('70');
    expect(server.comment(2)).toContain('new, seeded from the template');
    expect(await server.databases()).toEqual(ours(1, 2));
    expect(await server.stage.leftovers(0)).toEqual([]);
  });

  it('stays as it is when a build fails, of which the next one finds no more than a database to drop', async () => {
    const failed = await build('this is no SQL').catch((error: unknown) => error);
    expect(failed).toMatchObject({ message: expect.stringContaining('seed') });
    expect(await server.stage.leftovers(0)).toEqual([]);
    expect(await server.databases()).toEqual([...ours(1, 2), server.building].sort());
    expect((await build(lot('third'))).error).toBeUndefined();
    expect(await server.databases()).toEqual(ours(1, 2));
    expect(await server.lots(2)).toEqual(['second']);
  });

  it('gives each a copy that belongs to its role, and lets nobody in itself', async () => {
    const as = await server.login(2);
    expect(await server.sql('alter table lots add column colour text', as)).toBe('');
    await expect(server.sql('select 1', { ...as, database: server.template })).rejects.toThrow(
      /not currently accepting/,
    );
  });

  it('is where reset-database begins again, which touches no other', async () => {
    expect((await server.visit(1, { name: 'written', address: 'there' })).status).toBe(201);
    expect((await server.up(1, { operation: 'reset-database' })).error).toBeUndefined();
    expect(await server.lots(1)).toEqual(['third']);
    expect(await server.sql('select count(colour) from lots', await server.login(2))).toBe('0');
  });

  it('stays when an environment goes', async () => {
    expect((await server.down(1)).error).toBeUndefined();
    expect(await server.databases()).toEqual(ours(2));
    expect(await server.lots(2)).toEqual(['second']);
  });
});
