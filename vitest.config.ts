import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In this order: each process has the modules of one of them, and those with the shortest files fill the end. */
const ON_PLATFORM = ['e2e', 'bundle', 'contract'];

/** Files that take longest: the first of theirs, so that nothing waits for them at the end. */
export const LONG = [
  'e2e/review-life',
  'e2e/shop',
  'e2e/ledger',
  'e2e/developer',
  'e2e/reviewer',
  'e2e/operator',
  'e2e/cancel',
  'e2e/bad-input',
  'e2e/two-runs',
  'e2e/kills',
  'e2e/review-kills',
  'bundle/release',
  'contract/kube/cert-manager',
  'contract/kube/gateway',
  'contract/review/template',
  'contract/review/shared-database',
  'contract/review/mariadb',
  'contract/review/database',
  'contract/images/run-tests',
  'contract/kube/migration',
  'contract/review/bounds',
  'contract/review/life',
  'contract/review/commands',
  'contract/kube/roll-out',
  'contract/images/build',
  'contract/kube/rollout-faults',
  'contract/reap/reap',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const file = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return (ON_PLATFORM.indexOf(project.name) + 1) * 100 + (file < 0 ? LONG.length : file);
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const suite = (name: string, timeout: number) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  testTimeout: timeout,
  hookTimeout: timeout,
  retry: 0,
  // Files share the modules of a process: nothing in them is changed by a test.
  isolate: name === 'bundle',
  setupFiles: ['test/support/runner/clean-up.ts'],
});

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    // What was compiled is kept in node_modules, under a key of what the file holds: four suites share most of it.
    experimental: { fsModuleCache: true },
    projects: [
      { test: { ...suite('unit', 30_000), maxWorkers: 2 } },
      // These wait for programs, a registry and a cluster more than they compute: several files at a time, also on two
      // processors, each with names and namespaces of its own.
      ...ON_PLATFORM.map((name) => ({
        test: { ...suite(name, 600_000), maxWorkers: 5, sequence: { groupOrder: 1 } },
      })),
    ],
  },
});
