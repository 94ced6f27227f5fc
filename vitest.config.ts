import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait longest for something that takes its time: begun first, so that nothing else waits for them at the end. */
const LONG = [
  'bundle/release',
  'contract/review/shared-database',
  'contract/review/template',
  'contract/kube/rollout-faults',
  'contract/review/database',
  'contract/review/life',
  'contract/review/mariadb',
  'contract/images/run-tests',
  'contract/review/variants',
  'contract/kube/going-back',
  'contract/kube/rolling-update',
  'contract/kube/drift',
  'contract/kube/migration',
  'e2e/review-life',
  'e2e/cancel',
  'e2e/reviewer',
  'e2e/developer',
  'e2e/operator',
  'e2e/two-runs',
  'e2e/kills',
  'e2e/review-kills',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? LONG.length : at;
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
  ...(name === 'unit' ? {} : { setupFiles: ['test/support/runner/clean-up.ts'] }),
});

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    // What was compiled is kept in node_modules, under a key of what the file holds: four suites share most of it.
    experimental: { fsModuleCache: true },
    projects: [
      { test: { ...suite('unit', 10_000), maxWorkers: 2 } },
      // These wait for programs, a registry and a cluster more than they compute: several files at a time, also on two
      // processors, each with names and namespaces of its own.
      { test: { ...suite('contract', 600_000), maxWorkers: 4, sequence: { groupOrder: 1 } } },
      { test: { ...suite('bundle', 600_000), maxWorkers: 2, sequence: { groupOrder: 2 } } },
      { test: { ...suite('e2e', 600_000), maxWorkers: 4, sequence: { groupOrder: 3 } } },
    ],
  },
});
