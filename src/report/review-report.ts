import { imageText } from '../objects/images.ts';
import { isShareable } from '../plan/review/host.ts';
import type { DeploymentStatus } from '../ports.ts';
import type { SummaryBlock } from '../stage-result.ts';
import type { ReviewPhase, ReviewState } from './review-state.ts';
import { databaseWords, expiryWords, isDeployed, logCommand, reviewHeadline } from './review-words.ts';

const DEPLOYMENT_STATES: Record<ReviewPhase, DeploymentStatus['state']> = {
  starting: 'in_progress',
  ready: 'success',
  asleep: 'inactive',
  queued: 'queued',
  failed: 'failure',
  cancelled: 'error',
  removed: 'inactive',
  absent: 'inactive',
};

/** The state of the GitHub Deployment. Its URL is a button on the pull request, so only addresses that may be one. */
export function reviewDeploymentStatus(state: ReviewState): DeploymentStatus {
  const gone = ['removed', 'absent', 'queued', 'asleep'].includes(state.phase);
  return {
    state: DEPLOYMENT_STATES[state.phase],
    description: state.waiting ? `still waiting: ${state.waiting.what}` : reviewHeadline(state),
    ...(!gone && isShareable(state.url) ? { environmentUrl: state.url } : {}),
    ...(state.run === '' ? {} : { logUrl: state.run }),
  };
}

/** The part of the job summary that is particular to review environments. */
export function reviewBlocks(state: ReviewState): SummaryBlock[] {
  if (state.gone) {
    const rows: [string, string][] = [
      ['Removed namespaces', state.gone.namespaces.join(', ')],
      ['Removed local images', state.gone.images.join(', ')],
      ['Cluster', state.cluster],
    ];
    return [{ kind: 'facts', rows }];
  }
  const rows: [string, string][] = [
    ['URL', state.url],
    ['Guarded', state.guard ?? ''],
    ['Commit', state.commit],
    ['Image', imageText(state.images)],
    ['Namespace', state.namespace],
    ['Cluster', state.cluster],
    ['Running', state.parts.map(({ name, what }) => `${name} (${what})`).join(', ')],
    ['Database', state.database ? databaseWords(state.database) : ''],
    ['Tests', state.tests?.text ?? ''],
    [
      'Removed',
      state.expiresAt ? `with the pull request, or after ${expiryWords(state.expiresAt)} without a deploy` : '',
    ],
    ['Logs', isDeployed(state) ? logCommand(state) : ''],
  ];
  return [{ kind: 'facts', rows }, ...state.notes.map((text): SummaryBlock => ({ kind: 'text', text }))];
}

/** The outputs of the action. */
export function reviewOutputs(state: ReviewState): Record<string, string> {
  const gone = ['removed', 'absent', 'queued'].includes(state.phase);
  return {
    url: gone ? '' : state.url,
    state: state.phase,
    namespace: state.namespace,
    'expires-at': gone ? '' : (state.expiresAt ?? ''),
  };
}
