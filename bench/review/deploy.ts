import { readFile } from 'node:fs/promises';
import { onRunner } from '../on-runner.ts';
import { type Ran, succeed } from '../rollout/process.ts';
import { peerCommand, planOf } from './peer.ts';
import type { Deploy } from './place.ts';
import { filesOf, type Mode, REPOSITORY_ID } from './place.ts';
import { Watcher } from './watcher.ts';

export const WAYS = [
  { tool: 'Slipway', mode: 'isolated' },
  { tool: 'script', mode: 'isolated' },
  { tool: 'Slipway', mode: 'shared' },
  { tool: 'script', mode: 'shared' },
] as const;
export type Way = (typeof WAYS)[number];

/** One that was made. Milliseconds; bytes. */
export interface Deployed {
  totalMs: number;
  /** From the start to the first answer of the new version at the URL. */
  answeredMs: number;
  /** From the kubelet's report of the pod as ready to the first answer, and to the end of the tool. */
  answeredAfterMs: number;
  endedAfterMs: number;
  peakBytes: number;
  steps: Record<string, number>;
}

/** Brings an environment up, or up to date, from the start of the tool to its end. */
export async function deployBy({ tool, mode }: Way, what: 'new' | 'update', deploy: Deploy): Promise<Deployed> {
  const { platform, cluster, image, version } = deploy;
  const files = await filesOf(platform, mode);
  const { namespace, url = '' } = planOf(deploy, files);
  const command = tool === 'Slipway' ? await slipway(deploy, mode) : await peerCommand(deploy, mode, what);
  const watcher = new Watcher(cluster, namespace, image, url, version);
  let ran: Ran;
  try {
    ran = await succeed([command]);
  } catch (error) {
    watcher.close();
    throw error;
  }
  const { ready, answered } = await watcher.seen();
  const { startedAt, endedAt, peakBytes } = ran;
  const totalMs = endedAt - startedAt;
  const summary = command.env.GITHUB_STEP_SUMMARY;
  return {
    totalMs,
    answeredMs: answered - startedAt,
    answeredAfterMs: answered - ready,
    endedAfterMs: endedAt - ready,
    peakBytes,
    steps: summary === undefined ? stepsOfScript(ran) : stepsOfSummary(await readFile(summary, 'utf8'), totalMs),
  };
}

/** `operation: template`, so that new databases on the shared server are copies. */
export async function buildTemplate(deploy: Deploy): Promise<void> {
  const inputs = { INPUT_OPERATION: 'template', INPUT_IMAGE: deploy.image };
  await succeed([await onRunner('review-environment', await jobOf(deploy, 'shared', inputs))]);
}

/** Removes the environment of a pull request that was closed, and its database. @returns milliseconds */
export async function takeDown(deploy: Deploy, mode: Mode): Promise<number> {
  const { startedAt, endedAt } = await succeed([await onRunner('review-environment', await jobOf(deploy, mode, {}))]);
  return endedAt - startedAt;
}

async function slipway(deploy: Deploy, mode: Mode) {
  return onRunner('review-environment', await jobOf(deploy, mode, { INPUT_IMAGE: deploy.image }));
}

async function jobOf({ platform, github, event }: Deploy, mode: Mode, inputs: Record<string, string>) {
  const { kubeconfig } = platform;
  const files = await filesOf(platform, mode);
  // A pull request uses the shared server of the default branch.
  github.actor.putFile('slipway.yml', files['slipway.yml'] ?? '');
  return { github, repositoryId: REPOSITORY_ID, event, kubeconfig, inputs, files };
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000 };

/** The steps as the summary has them, under the names of the table; what is left is the process itself, and GitHub. */
function stepsOfSummary(summary: string, totalMs: number): Record<string, number> {
  const line = /<sub>(.*)<\/sub>/.exec(summary)?.[1] ?? '';
  const steps: Record<string, number> = {};
  let sum = 0;
  for (const part of line.split(' · ')) {
    const [, name = '', value = '', unit = ''] = /^(.*?) ([\d.]+) (ms|s)$/.exec(part) ?? [];
    if (name === '' || name === 'in all') continue;
    const ms = Number(value) * (UNITS[unit] ?? Number.NaN);
    sum += ms;
    const of = STEPS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'checks';
    steps[of] = (steps[of] ?? 0) + ms;
  }
  return { ...steps, rest: totalMs - sum };
}

const STEPS: [string, RegExp][] = [
  ['GitHub', /^pull request$/],
  ['namespace', /^namespace$/],
  ['database', /^(database|environment)$/],
  ['migrate', /^migrate$/],
  ['seed', /^seed$/],
  ['app', /^app: /],
  ['url', /^url$/],
];

/** What the script has said: `step NAME NANOSECONDS`, each lasting until the next. */
function stepsOfScript({ lines, startedAt, endedAt }: Ran): Record<string, number> {
  const marks = lines.flatMap(({ text }) => {
    const [, name, at] = /^step (\S+) (\d+)$/.exec(text) ?? [];
    return name === undefined ? [] : [{ name, at: Number(at) / 1e6 }];
  });
  const steps: Record<string, number> = {};
  let sum = 0;
  for (const [index, { name, at }] of marks.entries()) {
    const ms = (marks[index + 1]?.at ?? at) - at;
    sum += ms;
    if (name !== 'end') steps[name] = (steps[name] ?? 0) + ms;
  }
  return { ...steps, rest: endedAt - startedAt - sum };
}
