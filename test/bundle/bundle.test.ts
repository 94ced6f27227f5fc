import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf, digestOfCopy } from '../../scripts/check-dist.ts';
import { runAction } from '../support/action-runner.ts';
import { nodeVersions } from '../support/node-versions.ts';
import { releasedActions } from '../support/runner/released.ts';
import { push } from '../support/triggers.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** What every step of every action loads, and all that a release holds. Bytes; raised on purpose only. */
const ENTRY_CEILING = 1_000_000;
const TOTAL_CEILING = 5_000_000;

let dist: string;
let files: { name: string; size: number }[];
beforeAll(async () => {
  dist = join(await releasedActions(), 'dist');
  files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: path.slice(dist.length + 1), size: statSync(path).size }));
});

describe('dist/', () => {
  it('holds no path of the machine that built it', () => {
    for (const { name } of files) {
      const text = readFileSync(join(dist, name), 'utf8');
      for (const path of [checkout, dist, `${homedir()}/`]) {
        expect(text.includes(path), `${name} holds ${path}`).toBe(false);
      }
    }
  });

  it('stays below its ceilings', () => {
    const entry = files.find(({ name }) => name === 'slipway.mjs')?.size ?? Number.POSITIVE_INFINITY;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const shown = files.filter(({ size }) => size > 50_000).sort((a, b) => b.size - a.size);
    for (const { name, size } of shown) console.log(`${(size / 1e6).toFixed(2).padStart(6)} MB  ${name}`);
    console.log(`${(total / 1e6).toFixed(2).padStart(6)} MB  in all`);
    expect(entry).toBeLessThan(ENTRY_CEILING);
    expect(total).toBeLessThan(TOTAL_CEILING);
  });

  it('comes out the same from a checkout at another path', async () => {
    expect(await digestOfCopy()).toBe(await digestOf(dist));
  });

  it('hands on the licenses of what it bundles', () => {
    const licenses = readFileSync(join(dist, 'licenses.txt'), 'utf8');
    for (const name of ['@actions/core', '@google-cloud/container', '@kubernetes/client-node', 'js-yaml', 'zod']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
    expect(licenses).not.toMatch(/^\S+ \S+ \(unknown\)$/m);
  });
});

describe('start-up', async () => {
  for (const node of await nodeVersions()) {
    it(`on Node ${node.version}, to the first complaint`, async () => {
      const times: number[] = [];
      for (let n = 0; n < 5; n++) {
        const result = await runAction({ action: 'build-image', trigger: push(), node });
        expect(result.output).toContain('slipway.yml was not found');
        times.push(result.ms);
      }
      const median = times.sort((a, b) => a - b)[2] ?? 0;
      console.log(`Node ${node.version}: ${median.toFixed(0)} ms from the start of the step to its end`);
    });
  }
});
