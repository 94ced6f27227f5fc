import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { RollingUpdatePorts } from '../../../../src/stages/rollout/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { changed } from '../../../support/kube/spec.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (plan: RolloutPlan) => runRollingUpdate(plan, world.ports());
const dry = (digit: number, overrides: Partial<RolloutPlan> = {}) => planOf(digit, { dryRun: true, ...overrides });

describe('a dry run', () => {
  it('shows every object with the fields that would change, the Jobs, and the wait', async () => {
    await run(planOf(1));
    world.log.lines.length = 0;
    const { spec } = planOf(1);
    const result = await run(
      dry(2, { migrate: { image: 'parking', command: 'flask db upgrade' }, spec: changed(spec, { replicas: 1 }) }),
    );
    expect(result.headline).toBe(
      'dry run of staging (parking-staging): nothing was written; 1 of 2 objects would change, 1 would be removed',
    );
    const told = world.log.lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2));
    expect(told).toEqual([
      '! Deployment parking-staging/parking (changed)',
      '!     spec.replicas: 2 → 1',
      `!     spec.template.spec.containers[parking].image: "${image(1)}" → "${image(2)}"`,
      '  Service parking-staging/parking (unchanged)',
      '- PodDisruptionBudget parking-staging/parking (removed)',
      expect.stringMatching(/^\+ Job parking-migrate-[0-9a-f]{12} would run first: flask db upgrade$/),
      '  validation: by the API server (dry run)',
      '  Slipway would wait up to 1 min until everything is ready',
    ]);
  });

  it('of a namespace that would have to be made shows everything as new', async () => {
    const result = await run(dry(1));
    expect(result.headline).toContain('3 of 3 objects would change');
    expect(world.log.lines.join('\n')).toContain('+ Deployment parking-staging/parking (new)');
    expect(world.cluster.writes).toEqual([]);
  });

  it('tells a pull request only where there is one, and says so where there is none', async () => {
    const told: [number, string, string][] = [];
    const github = {
      compare: async () => 'ahead' as const,
      commitsBetween: async () => ({ total: 0, behind: 0, commits: [] }),
      upsertComment: async (...comment: [number, string, string]) => {
        told.push(comment);
        return { url: 'https://github.example/comment', created: true };
      },
    };
    const runWith = (plan: RolloutPlan) => runRollingUpdate(plan, { ...world.ports(), github });
    expect((await runWith(dry(1))).annotations).toEqual([]);
    const nowhere = await runWith(dry(1, { commentOn: { number: undefined } }));
    expect(nowhere.annotations).toMatchObject([
      { level: 'warning', message: 'this event has no pull request to comment on' },
    ]);
    expect(told).toEqual([]);
    expect((await runWith(dry(1, { commentOn: { number: 7 } }))).annotations).toEqual([]);
    expect(told).toMatchObject([[7, '<!-- slipway:diff:parking:staging -->', expect.stringContaining('(new)')]]);
  });
});

describe('F10: the commits that a dry run would bring', () => {
  const [old, recent] = ['a'.repeat(40), 'b'.repeat(40)];
  const url = 'https://github.com/acme/parking/actions/runs/1';
  const commits = [{ sha: recent, title: 'Bookings can be moved', by: 'mona' }];

  it('are in the summary, with a link to each', async () => {
    await run(planOf(1, { commit: old }));
    const asked: string[][] = [];
    const commitsBetween = async (...pair: string[]) => {
      asked.push(pair);
      return { total: 1, behind: 0, commits };
    };
    const github = { compare: async () => 'ahead' as const, upsertComment: async () => ({ url: '', created: true }) };
    const plan = dry(2, { commit: recent, run: { id: '1', attempt: 1, url } });
    const result = await runRollingUpdate(plan, { ...world.ports(), github: { ...github, commitsBetween } });
    expect(asked).toEqual([[old, recent]]);
    expect(result.blocks).toContainEqual({
      kind: 'table',
      title: 'One commit would come',
      header: ['commit', 'title', 'by'],
      rows: [[`https://github.com/acme/parking/commit/${recent}`, 'Bookings can be moved', 'mona']],
    });
    expect(world.log.lines).toContain('| +     bbbbbbbbbbbb Bookings can be moved (mona)');
    const open = result.blocks.find(({ kind }) => kind === 'log');
    expect(JSON.stringify(open), 'once in the summary').not.toMatch(/Bookings|validation/);
  });

  it('that GitHub does not list fail nothing', async () => {
    await run(planOf(1, { commit: old }));
    const commitsBetween = () => Promise.reject(new EnvironmentError('no answer'));
    const github = { ...world.ports().github, commitsBetween } as NonNullable<RollingUpdatePorts['github']>;
    const result = await runRollingUpdate(dry(2, { commit: recent }), { ...world.ports(), github });
    expect(result.outcome).toBe('succeeded');
    expect(world.log.lines.join('\n')).toContain('the commits that would come could not be listed: no answer');
  });
});

describe('the history', () => {
  const releases = async (plan: RolloutPlan) => {
    const { blocks } = await run(plan);
    const table = blocks.find((block) => block.kind === 'table' && block.title === 'Releases');
    return table?.kind === 'table' ? table.rows : [];
  };

  it('lists the releases, the newest first, with what serves now', async () => {
    const url = 'https://github.com/acme/parking/actions/runs/1';
    expect(await releases(planOf(1, { run: { id: '1', attempt: 1, url }, actor: 'ada' }))).toEqual([
      [
        'parking-1',
        'sha256:111111111111',
        'commit-1',
        'ada',
        'succeeded, serves now',
        '2026-01-01 00:00 UTC',
        expect.any(String),
        url,
      ],
    ]);
    world.fates.set(image(2), 'crashes');
    const rows = await releases(planOf(2));
    expect(rows.map(([id, , , , outcome]) => `${id} ${outcome}`)).toEqual([
      'parking-2 rolled back',
      'parking-1 succeeded, serves now',
    ]);
    expect(world.log.lines.join('\n')).toMatch(
      /parking-2 {2}sha256:222222222222 {2}commit-2 {2}by dev .* rolled back, took /,
    );
  });

  it('of a dry run and of an unchanged environment is what is recorded', async () => {
    await run(planOf(1));
    const [row] = await releases(planOf(1, { commit: 'commit-9' }));
    expect(row?.slice(0, 3)).toEqual(['parking-1', 'sha256:111111111111', 'commit-9']);
    expect(await releases(dry(2))).toHaveLength(1);
  });
});
