import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { bundle } from '../../scripts/build.ts';
import type { GitHubDouble } from '../../test/support/github-double/double.ts';
import { onRunner } from '../on-runner.ts';
import { Bench } from '../rollout/cluster.ts';
import { type Counts, countRequests } from '../rollout/counter.ts';
import { lastLines, type Ran, succeed } from '../rollout/process.ts';
import { megabytes, spread, table, time } from '../rollout/statistics.ts';
import { makeEnvironments, makeRepository, REPOSITORY_ID, removeEnvironments } from './world.ts';

/**
 * `npm run bench -- review-reaper [--environments 1000] [--open 500] [--runs 3]`: what a dry run of the reaper asks of the
 * cluster and of GitHub, and what it needs. Prints a Markdown table; progress goes to stderr.
 */
export async function main(args: string[]): Promise<void> {
  const options = { environments: { type: 'string' }, open: { type: 'string' }, runs: { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const environments = Number(values.environments ?? 1_000);
  const open = Number(values.open ?? environments / 2);
  const runs = Number(values.runs ?? 3);
  if (!(environments >= 1 && open >= 0 && open <= environments && runs >= 1))
    throw new Error('--environments, --open (as many at most) and --runs are numbers');
  const bench = new Bench(await ensurePlatform());
  await bundle();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void removeEnvironments(bench.cluster).finally(() => process.exit(1)));
  }
  const github = await makeRepository(environments - open, open);
  try {
    await makeEnvironments(environments, bench.cluster);
    const seen: Seen[] = [];
    for (let run = 0; run < runs; run++) {
      seen.push(await reapOnce(bench, github));
      console.error(`run ${run + 1}: ${(seen.at(-1)?.ran.peakBytes ?? 0) / 1e6} MB`);
    }
    tell(seen, environments, open, bench.platform.kubernetesVersion);
  } finally {
    await github.close();
    await removeEnvironments(bench.cluster);
  }
}

interface Seen {
  ran: Ran;
  cluster: Counts;
  /** Requests to GitHub, by operation. */
  github: Record<string, number>;
  headline: string;
}

async function reapOnce(bench: Bench, github: GitHubDouble): Promise<Seen> {
  const event = github.actor.schedule('17 * * * *');
  const counter = await countRequests(bench.connection);
  const before = github.actor.requests().length;
  try {
    const inputs = { INPUT_DRY_RUN: 'true' };
    const job = { github, repositoryId: REPOSITORY_ID, event, kubeconfig: '', inputs };
    const command = await onRunner('reap-environments', job);
    command.env.KUBECONFIG = await bench.kubeconfigFor(`http://127.0.0.1:${counter.port}`, command.cwd);
    const ran = await succeed([command]);
    const operations = github.actor.requests().slice(before);
    const wrote = operations.some(({ method }) => method !== 'GET') || counter.counts.writes > 0;
    if (wrote) throw new Error(`the dry run wrote something\n${lastLines(ran)}`);
    const counts: Record<string, number> = {};
    for (const { operation } of operations) counts[operation] = (counts[operation] ?? 0) + 1;
    const headline = ran.lines.map(({ text }) => text).find((text) => text.includes('dry run')) ?? '';
    return { ran, cluster: counter.counts, github: counts, headline };
  } finally {
    counter.close();
  }
}

function tell(seen: readonly Seen[], environments: number, open: number, kubernetes: string): void {
  const [first] = seen as [Seen, ...Seen[]];
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const kinds = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ');
  const total = spread(seen.map(({ cluster, github }) => sum(cluster) + sum(github))).max;
  console.log(`${cpus().length} processors, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; Node ${process.version};`);
  console.log(`Kubernetes ${kubernetes} of one node; ${seen.length} runs. It said: ${first.headline.trim()}\n`);
  const rows = [
    ['environments in the cluster, each with a database on a shared server', String(environments)],
    ['open pull requests; the others are closed', String(open)],
    ['requests to the cluster', `${sum(first.cluster)} (${kinds(first.cluster)})`],
    ['requests to GitHub', `${sum(first.github)} (${kinds(first.github)})`],
    ['requests together, at most', String(total)],
    ['memory, the kernel’s peak', megabytes(spread(seen.map(({ ran }) => ran.peakBytes)))],
    ['whole run, from the start of Node', time(spread(seen.map(({ ran }) => ran.endedAt - ran.startedAt)))],
  ];
  console.log(table(['', ''], rows));
}
