import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { leaseName, reviewNamespace } from '../../src/objects/names.ts';
import { databaseName, templateNames } from '../../src/plan/review/database/shared-server/names.ts';
import { hostProblem, reviewHost } from '../../src/plan/review/host.ts';
import { hostile } from './hostile-text.ts';

const label = (max: number) =>
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,80}[a-z0-9])?$/).filter((text) => text.length <= max);
const id = fc.integer({ min: 1, max: 2_000_000_000 });
const owner = fc.record({
  app: label(63),
  repositoryId: id,
  number: id,
  variant: fc.option(label(20), { nil: undefined }),
});
type Owner = typeof owner extends fc.Arbitrary<infer T> ? T : never;
const template = fc.oneof(
  hostile,
  fc
    .array(fc.constantFrom('pr-', '{number}', '{variant}', '{address}', '.', '-', 'parking', 'example.dev', 'A', '_'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
);

function check(name: string, form: RegExp, longest: number): void {
  if (!form.test(name) || name.length > longest) throw new Error(`not a name: ${JSON.stringify(name)}`);
}

function isSame(a: Owner, b: Owner): boolean {
  return a.app === b.app && a.repositoryId === b.repositoryId && a.number === b.number && a.variant === b.variant;
}

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'host names of pull requests',
    property: fc.property(fc.tuple(template, owner), ([given, { app, number, variant }]) => {
      try {
        const host = reviewHost(given, app, number, variant).replaceAll('{address}', '192-0-2-1');
        const problem = hostProblem(host);
        if (problem !== undefined) throw new Error(`${host}: ${problem}`);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
    }),
  },
  {
    name: 'names of namespaces and leases',
    property: fc.property(fc.tuple(owner, label(63)), ([{ app, repositoryId, number, variant }, environment]) => {
      check(reviewNamespace(app, repositoryId, number, variant), /^[a-z]([a-z0-9-]*[a-z0-9])?$/, 63);
      check(leaseName(app, environment), /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 253);
    }),
  },
  {
    name: 'names of databases and roles in SQL',
    property: fc.property(fc.tuple(owner, owner), ([one, other]) => {
      const { template: copied, building, before } = templateNames(one);
      const all = [databaseName(one), copied, building, before];
      for (const name of all) check(name, /^[a-z][a-z0-9_]*$/, 63);
      if (new Set(all).size !== all.length) throw new Error(`names meet: ${all.join(', ')}`);
      if (databaseName(one) === databaseName(other) && !isSame(one, other))
        throw new Error('two owners share a database');
    }),
  },
];
