import { defineConfig } from 'vitest/config';

const suite = (name: string, timeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: timeout, hookTimeout: timeout, retry: 0 },
});

export default defineConfig({
  test: {
    projects: [suite('unit', 10_000), suite('contract', 60_000), suite('bundle', 120_000), suite('e2e', 600_000)],
  },
});
