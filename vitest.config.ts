import { defineConfig } from 'vitest/config';

const suite = (name: string, timeout: number) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  testTimeout: timeout,
  hookTimeout: timeout,
  retry: 0,
});

export default defineConfig({
  test: {
    projects: [
      { test: suite('unit', 10_000) },
      { test: suite('contract', 60_000) },
      { test: suite('bundle', 120_000) },
      // They wait for a cluster more than they compute: two files at a time, also on two processors.
      { test: { ...suite('e2e', 600_000), maxWorkers: 2, sequence: { groupOrder: 1 } } },
    ],
  },
});
