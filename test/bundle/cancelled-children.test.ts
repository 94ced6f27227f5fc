import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startAction } from '../support/action-runner.ts';
import { requirePlatform } from '../support/platform.ts';
import { scratchFolder } from '../support/runner/scratch.ts';
import { push } from '../support/triggers.ts';
import { yamlOf } from '../support/yaml.ts';

const test = await requirePlatform('programs that a cancelled run had started');

/** A kubectl that never answers. It tells its process id in `file` once SIGTERM would find it prepared. */
const stub = (onTerm: string, file: string) => `#!/bin/sh
trap ${onTerm} TERM
echo $$ > '${file}.new' && mv '${file}.new' '${file}'
${onTerm === "''" ? 'exec sleep 600' : 'while :; do sleep 0.2; done'}
`;

describe.skipIf(!test).concurrent('K26: what a cancelled run had started', () => {
  /** A rolling update whose manifests are being rendered, and the process id of what renders them. */
  async function rendering(onTerm: string) {
    if (!test) throw new Error('no platform');
    const folder = scratchFolder();
    const bin = join(folder, 'bin');
    const workspace = join(folder, 'repo');
    for (const made of [bin, join(workspace, 'overlays', 'staging')]) mkdirSync(made, { recursive: true });
    // Beside the stub, and first in PATH: where Node lies there may be a kubectl as well.
    symlinkSync(process.execPath, join(bin, 'node'));
    const pidFile = join(folder, 'pid');
    writeFileSync(join(bin, 'kubectl'), stub(onTerm, pidFile));
    chmodSync(join(bin, 'kubectl'), 0o755);
    const [repository = '', digest = ''] = test.platform.baseImages.python.split('@');
    const config = {
      app: 'parking',
      image: { repository },
      deploy: { kustomize: 'overlays/{environment}' },
      environments: { staging: { namespace: 'never-made' } },
    };
    writeFileSync(join(workspace, 'slipway.yml'), yamlOf(config));
    writeFileSync(join(workspace, 'overlays', 'staging', 'kustomization.yaml'), 'resources: []\n');
    const running = await startAction({
      action: 'rolling-update',
      inputs: { image: digest },
      trigger: push(),
      workspace,
      node: null,
      env: { KUBECONFIG: test.platform.kubeconfig, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin` },
    });
    const state = () => (existsSync(pidFile) ? 'rendering' : running.output());
    await expect.poll(state, { timeout: 120_000 }).toBe('rendering');
    return { running, pid: Number(readFileSync(pidFile, 'utf8')) };
  }

  it.each([
    ['ends on SIGTERM', "'exit 0'"],
    ['ignores SIGTERM, and is killed', "''"],
  ])('%s: the run tells that it was cancelled, and leaves no process behind', async (_what, onTerm) => {
    const { running, pid } = await rendering(onTerm);
    expect(isAlive(pid)).toBe(true);
    const result = await running.cancel();
    expect(result.cancelledBy, result.output).toBe('SIGINT');
    expect(result.outputs.outcome, result.output).toBe('cancelled');
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
