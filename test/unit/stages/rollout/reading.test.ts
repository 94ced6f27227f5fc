import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { changed } from '../../../support/kube/spec.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';

const KINDS = ['deployments', 'services', 'poddisruptionbudgets', 'jobs', 'secrets', 'leases', 'namespaces'];

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (plan: RolloutPlan) => runRollingUpdate(plan, world.ports());

/** From now on the account may only read: everything else is refused, dry runs included. */
function onlyRead(): void {
  const { cluster } = world;
  cluster.denied.add('* *');
  for (const verb of ['create', 'patch', 'update', 'delete']) {
    for (const kind of KINDS) cluster.denied.add(`${verb} ${kind}`);
  }
  const refused = () => Promise.reject(new EnvironmentError('forbidden'));
  Object.assign(cluster, { apply: refused, create: refused, replace: refused, preview: refused, delete: refused });
}

describe('F9: a dry run with an account that may only read', () => {
  it('shows what would change, says how it was validated, and warns of nothing', async () => {
    await run(planOf(1));
    onlyRead();
    world.log.lines.length = 0;
    const { spec } = planOf(1);
    const migrate = { image: 'parking', command: 'flask db upgrade' };
    const result = await run(planOf(2, { dryRun: true, migrate, spec: changed(spec, { replicas: 1 }) }));
    expect(result).toMatchObject({ outcome: 'succeeded', dryRun: true, outputs: { revision: '1', changed: 'true' } });
    const log = world.log.lines.join('\n');
    expect(log).toContain('!     spec.replicas: 2 → 1');
    expect(log).toContain(`!     spec.template.spec.containers[parking].image: "${image(1)}" → "${image(2)}"`);
    expect(log).toContain('- PodDisruptionBudget parking-staging/parking (removed)');
    expect(log).toMatch(/\+ Job parking-migrate-[0-9a-f]{12} would run first/);
    expect(log).not.toContain('warning:');
    expect(result.annotations).toEqual([]);
    const [facts] = result.blocks;
    const rows = facts?.kind === 'facts' ? facts.rows : [];
    expect(new Map(rows).get('validation')).toMatch(/^not by the API server: this account may not write the objects/);
    expect(new Map(rows).get('serves now')).toBe('parking-1');
  });

  it('of what runs already changes nothing', async () => {
    await run(planOf(1));
    onlyRead();
    const result = await run(planOf(1, { dryRun: true }));
    expect(result.headline).toContain('0 of 3 objects would change');
  });

  it('names what it may not read, and asks for no permission to write', async () => {
    onlyRead();
    world.cluster.denied.add('get deployments').add('list secrets');
    const error = await run(planOf(1, { dryRun: true })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: 'missing permissions in namespace parking-staging: get deployments, list secrets',
    });
    expect((error as EnvironmentError).remedy).not.toMatch(/create|patch|leases/);
  });

  it('lets the server validate the kinds that the account may write', async () => {
    await run(planOf(1));
    world.cluster.denied.add('* *').add('create services');
    const result = await run(planOf(2, { dryRun: true }));
    const [facts] = result.blocks;
    const rows = facts?.kind === 'facts' ? facts.rows : [];
    expect(new Map(rows).get('validation')).toMatch(/^by the API server \(dry run\), except Service: this account/);
  });
});
