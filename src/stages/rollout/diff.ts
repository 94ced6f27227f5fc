import { messageOf, PermissionMissing, SlipwayError } from '../../errors.ts';
import type { Hook } from '../../objects/hooks.ts';
import { imageText } from '../../objects/images.ts';
import { containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import type { GitHub, KubeObject, Log } from '../../ports.ts';
import { type DiffedObject, diffComment, diffMarker, type RolloutDiff } from '../../report/rollout-diff.ts';
import type { Annotation } from '../../stage-result.ts';
import type { Delivery } from './delivery.ts';

/** What a run would change, from the delivery of a dry run. */
export function diffOf({
  plan,
  images,
  good,
  changed,
  changes,
  leftovers,
  jobs,
  hooks,
  commits,
  validation,
  waitMs,
}: Delivery): RolloutDiff {
  const name = (ref: { kind: string; namespace?: string; name: string }) =>
    `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
  const objects = changes.map(({ ref, change, lines }): DiffedObject => ({ name: name(ref), change, lines }));
  const left = leftovers.map(({ ref, state, note }): DiffedObject => {
    return { name: name(ref), change: state === 'keep' ? 'kept' : 'removed', lines: note === '' ? [] : [note] };
  });
  const { app, environment, namespace, commit, run } = plan;
  return {
    ...{ app, environment, namespace, image: imageText(images), commit, validation, waitMs },
    run: run.url,
    commits,
    compare: compareUrl({ plan: { commit, run }, good }),
    objects: [...objects, ...left],
    jobs: jobs.map((job) => ({ name: job.metadata.name, command: commandOf(job) })),
    hooks: changed ? { before: hooks.pre.map(hookLine), after: hooks.post.map(hookLine) } : { before: [], after: [] },
  };
}

/**
 * The page of GitHub with the commits from the current to the new release; empty if one of the two commits is unknown.
 * @see https://docs.github.com/repositories/comparing-commits
 */
export function compareUrl({
  plan,
  good,
}: {
  plan: Pick<Delivery['plan'], 'commit' | 'run'>;
  good: Delivery['good'];
}): string {
  const repository = repositoryUrl(plan.run.url);
  const [from = '', to] = [good?.commit, plan.commit];
  if (repository === '' || from === to || !/^[0-9a-f]{40}$/.test(from) || !/^[0-9a-f]{40}$/.test(to)) return '';
  return `${repository}/compare/${from.slice(0, 12)}...${to.slice(0, 12)}`;
}

/** The page of the commit on GitHub; its id for a run by hand. */
export function commitPage(commit: string, run: string): string {
  const repository = repositoryUrl(run);
  return repository === '' || !/^[0-9a-f]{40}$/.test(commit) ? commit : `${repository}/commit/${commit}`;
}

/** From the URL of a run; empty for a run by hand. */
function repositoryUrl(run: string): string {
  const [repository = ''] = run.split('/actions/runs/', 1);
  return /^https?:/.test(repository) && run !== repository ? repository : '';
}

function hookLine({ object, spec }: Hook): string {
  const command = commandOf(object);
  return `${object.kind} ${object.metadata.name} (${spec.events.join(', ')})${command === '' ? '' : `: ${command}`}`;
}

function commandOf(job: KubeObject): string {
  const template = podTemplateOf(job);
  const [container] = template ? containersOf(template) : [];
  const command = (container?.command ?? []) as string[];
  return command[0] === 'sh' && command[1] === '-c' ? (command[2] ?? '') : command.join(' ');
}

/**
 * Posts what would change as the one comment of this app and environment on the pull request. That GitHub refuses it is a
 * warning: what would change is in the log and the summary, too.
 */
export async function postDiff(
  delivery: Delivery,
  { github, log }: { github: Pick<GitHub, 'upsertComment'> | undefined; log: Log },
): Promise<Annotation[]> {
  const { commentOn, dryRun } = delivery.plan;
  if (commentOn === undefined || !dryRun) return [];
  if (commentOn.number === undefined) return [warning('this event has no pull request to comment on', log)];
  if (!github) return [warning('no github-token: the pull request gets no comment on what would change', log)];
  const diff = diffOf(delivery);
  try {
    const { url } = await github.upsertComment(commentOn.number, diffMarker(diff), diffComment(diff));
    log.info(`comment on the pull request: ${url}`);
    return [];
  } catch (error) {
    const remedy = error instanceof SlipwayError && error.remedy ? ` ${error.remedy}` : '';
    const text = `the comment on the pull request could not be written: ${messageOf(error)}.${remedy}`;
    return [warning(text, log, error instanceof PermissionMissing ? 'Permission missing' : undefined)];
  }
}

/** The annotation follows with the result, so that the log has it once. */
function warning(message: string, log: Log, title = 'Pull request not updated'): Annotation {
  log.info(message);
  return { level: 'warning', title, message };
}
