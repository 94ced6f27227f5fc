import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peers } from './peers.ts';
import type { Command } from './process.ts';
import type { Site } from './site.ts';

export const TOOLS = ['slipway', 'kubectl', 'helm', 'kapp'] as const;
export type Tool = (typeof TOOLS)[number];

export interface Deploy {
  site: Site;
  /** By digest: what slipway.yml is about. */
  image: string;
  /** What a peer is told to wait at most. */
  timeoutSeconds: number;
  onFailure?: 'rollback' | 'leave';
}

const bundle = fileURLToPath(new URL('../../dist/slipway.mjs', import.meta.url));

/** What a user of each tool types for a deploy that is waited for, one command after the other. */
export function deployWith(tool: Tool, deploy: Deploy, peers: Peers): Command[] {
  const { site, timeoutSeconds } = deploy;
  const within = ['--namespace', site.namespace];
  const command = (file: string, args: string[]) => ({ file, args, cwd: site.folder, env: environment(site) });
  switch (tool) {
    case 'slipway':
      return [{ ...command(process.execPath, [bundle, 'rolling-update']), env: asOnRunner(deploy) }];
    case 'kubectl':
      return [
        command(peers.kubectl, ['apply', ...within, '--filename', 'k8s']),
        command(peers.kubectl, ['rollout', 'status', ...within, 'deployment/bench', `--timeout=${timeoutSeconds}s`]),
      ];
    case 'helm':
      return [
        command(peers.helm, [
          ...['upgrade', 'bench', 'chart', '--install', '--wait', ...within],
          ...['--timeout', `${timeoutSeconds}s`],
        ]),
      ];
    case 'kapp':
      return [
        command(peers.kapp, [
          ...['deploy', '--yes', '--app', 'bench-app', '--file', 'k8s', ...within],
          ...[`--wait-timeout=${timeoutSeconds}s`],
        ]),
      ];
  }
}

/** The fastest way that kubectl has for many objects; nothing of them has to be waited for. */
export function applyWith(tool: 'slipway' | 'kubectl', deploy: Deploy, peers: Peers): Command[] {
  if (tool === 'slipway') return deployWith(tool, deploy, peers);
  const { folder, namespace } = deploy.site;
  const args = ['apply', '--server-side', '--namespace', namespace, '--filename', 'k8s'];
  return [{ file: peers.kubectl, args, cwd: folder, env: environment(deploy.site) }];
}

function environment({ home, kubeconfig }: Site): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig };
}

/** What the runner and the action give to `node dist/slipway.mjs`. */
function asOnRunner({ site, image, timeoutSeconds, onFailure = 'rollback' }: Deploy): Record<string, string> {
  const base = join(site.folder, '..');
  return {
    ...environment(site),
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: join(base, 'event.json'),
    GITHUB_SHA: site.commit,
    GITHUB_WORKSPACE: site.folder,
    GITHUB_OUTPUT: join(base, 'output'),
    GITHUB_STEP_SUMMARY: join(base, 'summary'),
    RUNNER_TEMP: base,
    INPUT_ENVIRONMENT: 'staging',
    INPUT_IMAGE: image,
    INPUT_ON_FAILURE: onFailure,
    INPUT_TIMEOUT: `${timeoutSeconds}s`,
  };
}
