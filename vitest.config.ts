import { defineConfig } from 'vitest/config';

const suite = (name: string, timeout: number) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  testTimeout: timeout,
  hookTimeout: timeout,
  retry: 0,
  // Files share the modules of a process: nothing in them is changed by a test. A file that starts whole actions has its own.
  isolate: name === 'bundle' || name === 'e2e',
  ...(name === 'unit' ? {} : { setupFiles: ['test/support/runner/clean-up.ts'] }),
});

export default defineConfig({
  test: {
    projects: [
      { test: { ...suite('unit', 10_000), maxWorkers: 2 } },
      // These wait for programs, a registry and a cluster more than they compute: several files at a time, also on two
      // processors, each with names and namespaces of its own.
      { test: { ...suite('contract', 600_000), maxWorkers: 4, sequence: { groupOrder: 1 } } },
      { test: { ...suite('bundle', 600_000), maxWorkers: 2, sequence: { groupOrder: 2 } } },
      { test: { ...suite('e2e', 600_000), maxWorkers: 3, sequence: { groupOrder: 3 } } },
    ],
  },
});
