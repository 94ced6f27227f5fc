import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { bundle } from '../../scripts/build.ts';
import { Bench } from './cluster.ts';
import { measureFailing } from './failing.ts';
import { measureMany } from './many.ts';
import { buildPeers, type Peers } from './peers.ts';
import { measureReady } from './ready.ts';
import { tellFailing, tellMany, tellReady } from './tables.ts';

const PARTS = ['ready', 'failing', 'many'] as const;

/** `npm run bench -- rollout [--runs 5] [--only ready,failing,many]`: prints Markdown tables; progress goes to stderr. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string' }, only: { type: 'string' } } });
  const runs = Number(values.runs ?? 5);
  const only = values.only?.split(',') ?? PARTS;
  const unknown = only.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined || !(runs >= 1)) throw new Error(`--only takes ${PARTS.join(', ')}; --runs a number`);
  const platform = await ensurePlatform();
  await bundle();
  const peers = await buildPeers();
  const bench = new Bench(platform);
  console.log(machine(platform.kubernetesVersion, peers, runs));
  // What an interrupted run leaves would keep the machine busy.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.removeAll().finally(() => process.exit(1)));
  }
  try {
    if (only.includes('ready')) console.log(tellReady(await measureReady(bench, peers, runs)));
    if (only.includes('many')) console.log(tellMany(await measureMany(bench, peers, runs)));
    if (only.includes('failing')) console.log(tellFailing(await measureFailing(bench, peers, runs)));
  } finally {
    await bench.removeAll();
  }
}

function machine(kubernetes: string, { versions }: Peers, runs: number): string {
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `${cpus().length} processors, ${memory} GiB; Node ${process.version}; Kubernetes ${kubernetes} of one node;`,
    `kubectl ${versions.kubectl}, Helm ${versions.helm}, kapp ${versions.kapp}; ${runs} runs, the tools in turn:`,
    'median (lowest–highest), and the ratio of the medians (peer over Slipway).\n',
  ].join('\n');
}
