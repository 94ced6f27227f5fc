import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { bundle } from '../../scripts/build.ts';
import { startGitHubDouble } from '../../test/support/github-double/double.ts';
import { Bench } from '../rollout/cluster.ts';
import { turned } from '../rollout/ready.ts';
import { buildTemplate, deployBy, takeDown, WAYS, type Way } from './deploy.ts';
import { type Deploy, pushImages, REPOSITORY_ID, removeImages, SERVER, VERSIONS } from './place.ts';
import { type Seen, tellReview } from './table.ts';

/** `npm run bench -- review [--runs 3]`: prints Markdown tables; progress goes to stderr. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string' } } });
  const runs = Number(values.runs ?? 3);
  if (!(runs >= 1)) throw new Error('--runs is a number');
  const platform = await ensurePlatform();
  await bundle();
  const { cluster } = new Bench(platform);
  const images = await pushImages(platform);
  const github = await startGitHubDouble({ repositoryId: REPOSITORY_ID });
  const { actor } = github;
  const deployOf = (event: Deploy['event'], number: number, index: number): Deploy => {
    return { platform, cluster, github, event, number, image: images[index] ?? '', version: VERSIONS[index] ?? '' };
  };
  const removeAll = async () => {
    const labelSelector = `slipway.dev/repository-id=${REPOSITORY_ID}`;
    const kind = { apiVersion: 'v1', kind: 'Namespace' };
    const left = (await cluster.list(kind, { labelSelector })).map(({ metadata }) => metadata.name);
    for (const name of [...left, SERVER]) await cluster.delete({ ...kind, name });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void removeAll().finally(() => process.exit(1)));
  }
  const measure = async (way: Way): Promise<Seen> => {
    const opened = actor.openPullRequest({ title: 'bench', branch: `bench-${actor.pullRequests().length}` });
    const { number } = opened.payload as { number: number };
    const made = await deployBy(way, 'new', deployOf(opened, number, 0));
    const updated = await deployBy(way, 'update', deployOf(actor.synchronize(number), number, 1));
    const downMs = await takeDown(deployOf(actor.closePullRequest(number), number, 1), way.mode);
    console.error(`${way.tool} ${way.mode}: ${made.totalMs.toFixed(0)} ms, ${updated.totalMs.toFixed(0)} ms`);
    return { way, new: made, update: updated, downMs };
  };
  try {
    await buildTemplate(deployOf(actor.push('main'), 0, 0));
    // The node has all images after this, and the server runs.
    for (const way of WAYS) await measure(way);
    const seen: Seen[] = [];
    for (let run = 0; run < runs; run++) for (const way of turned(WAYS, run)) seen.push(await measure(way));
    const memory = (totalmem() / 2 ** 30).toFixed(0);
    console.log(`${cpus().length} processors, ${memory} GiB; Node ${process.version}; Kubernetes`);
    console.log(
      `${platform.kubernetesVersion} of one node; ${runs} runs, the ways in turn: median (lowest–highest).\n`,
    );
    console.log(tellReview(seen));
    const violations = actor.violations();
    if (violations.length > 0) console.error(violations.join('\n'));
  } finally {
    await removeAll();
    await removeImages(platform);
    await github.close();
  }
}
