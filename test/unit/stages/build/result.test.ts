import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { buildInputs } from '../../../../src/inputs/build-image.ts';
import { Inputs } from '../../../../src/inputs/read.ts';
import { planBuilds } from '../../../../src/plan/build-plan.ts';
import type { ContextScan } from '../../../../src/ports.ts';
import { buildResult } from '../../../../src/stages/build/result.ts';
import { Steps } from '../../../../src/stages/steps.ts';
import { push } from '../../../support/unit/events.ts';
import { localImage } from '../../../support/unit/memory-registry.ts';

const inputs = buildInputs(new Inputs({}), { config: 'slipway.yml', workingDirectory: '/w', githubToken: undefined });
const scan = { digest: 'd', dockerfile: 'FROM scratch', files: 1, bytes: 1, credentials: [], history: false };

function warnings(deploy: string, exposedPorts: number[]): string[] {
  return annotated(`image: { repository: r.dev/a }\ndeploy: ${deploy}`, exposedPorts, scan);
}

function annotated(more: string, exposedPorts: number[], scan: ContextScan): string[] {
  const config = parseConfig(`app: a\n${more}\n`, 'slipway.yml');
  const built = planBuilds(inputs, config, push()).map((plan) => {
    const key = { key: 'k', parts: {}, contexts: {}, open: [], images: {}, pull: false };
    const made = { image: { ...localImage('sha256:1'), exposedPorts }, reused: false };
    return { plan, key, stages: {}, scan, made, pushed: undefined };
  });
  const steps = new Steps({} as never, { now: () => 0 } as never);
  return (buildResult(built, steps).annotations ?? []).map(({ message }) => message);
}

describe('images that share a context', () => {
  it('have its finding once', () => {
    const images =
      'images: { api: { repository: r.dev/api, target: api }, worker: { repository: r.dev/w, target: w } }';
    const deploy = 'deploy: { processes: { api: { image: api, port: 80, paths: [/] }, worker: { image: worker } } }';
    expect(annotated(`${images}\n${deploy}`, [], { ...scan, history: true })).toEqual([
      expect.stringContaining('context holds .git'),
    ]);
  });
});

describe('an image that exposes another port than the deployed one', () => {
  it('is a warning that names the key', () => {
    expect(warnings('{ port: 80 }', [3000])).toEqual([
      'The image exposes 3000, but it is deployed with port 80. If it listens on 3000, set deploy.port in slipway.yml; else correct EXPOSE in the Dockerfile.',
    ]);
    const long = '{ processes: { api: { port: 80, paths: [/] }, ws: { port: 81, paths: [/ws] } } }';
    expect(warnings(long, [3000])[0]).toContain(
      'deployed with port 80, 81. If it listens on 3000, set deploy.processes.api.port or deploy.processes.ws.port in',
    );
  });

  it('is none where one of the ports agrees, the image exposes none, or nothing listens', () => {
    expect(warnings('{ processes: { api: { port: 80, paths: [/] }, ws: { port: 81 } } }', [81])).toEqual([]);
    expect(warnings('{ port: 80 }', [])).toEqual([]);
    expect(warnings('{ processes: { worker: { command: w } } }', [81])).toEqual([]);
  });
});
