import { UserError } from '../../../../errors.ts';
import { fields } from '../../../../objects/fields.ts';
import { isHook } from '../../../../objects/hooks.ts';
import { groupOf } from '../../../../objects/ref.ts';
import type { KubeObject, Rendered } from '../../../../ports.ts';
import { metadataIn } from '../metadata-in.ts';
import { claimProblemsOf } from './claims.ts';
import { isAllowedKind } from './kinds.ts';
import { podProblems } from './pods.ts';
import { removalProblems } from './removal.ts';
import { isReserved, type Parts } from './reserved.ts';
import { opensByType, secretProblems, serviceProblems } from './services.ts';

/** More objects than an environment needs. */
const MOST = 500;

export interface Walls {
  /** Kinds that the default branch allows. */
  allow: readonly string[];
  parts: Parts;
}

/**
 * Refuses objects that would open the walls of a review environment: the author of the pull request wrote all of them.
 * @throws UserError that names each object with its file; nothing was written
 */
export function refuseOpenings(rendered: readonly Rendered[], walls: Walls): void {
  const kinds = rendered.flatMap(({ object, location }) => {
    if (isAllowedKind(object, walls.allow)) return [];
    return [
      {
        kind: object.kind,
        text: `${location}: ${titleOf(object)}: this kind can open the walls of a review environment`,
      },
    ];
  });
  const others = rendered.flatMap(({ object, location }) =>
    problemsOf(object, walls).map((problem) => `${location}: ${titleOf(object)}: ${problem}`),
  );
  const [first, ...more] = [...kinds.map(({ text }) => text), ...others];
  if (rendered.length > MOST) {
    throw new UserError(`${rendered.length} objects; a review environment has at most ${MOST}`, {
      remedy: 'Leave out of review environments what they do not need. Nothing was written.',
    });
  }
  if (first === undefined) return;
  const names = [...new Set(kinds.map(({ kind }) => kind))];
  const allowing =
    names.length === 0
      ? ''
      : ` To allow a kind, add it to review.allow in slipway.yml of the default branch: [${names.join(', ')}].`;
  throw new UserError(first, {
    details: more,
    remedy: `${removing(rendered, walls)}${allowing} Nothing was written.`,
  });
}

/** A review environment without its Service has no URL: leaving it out is no remedy. */
function removing(rendered: readonly Rendered[], walls: Walls): string {
  const names = leavable(rendered, walls);
  const leave =
    names === '' ? 'Change it' : `Leave it out of review environments (review.leaveOut: [${names}]), or change it`;
  const isService = rendered.some(({ object }) => opensByType(object));
  const chart = isService
    ? ', such as review.helm: { set: { service.type: ClusterIP } } where the chart has that value'
    : '';
  return `${leave} by values or an overlay of their own (review.helm, review.kustomize)${chart}.`;
}

/** What `review.leaveOut` would say: the refused kinds, and the other refused objects by name. */
function leavable(rendered: readonly Rendered[], walls: Walls): string {
  const entries = rendered.flatMap(({ object }) => {
    if (!isAllowedKind(object, walls.allow)) return [object.kind];
    return problemsOf(object, walls).length > 0 && !opensByType(object)
      ? [`${object.kind}/${object.metadata.name}`]
      : [];
  });
  return [...new Set(entries)].join(', ');
}

/** The default branch lets code of pull requests talk to the API server: an account without rights needs no token. */
export function allowsTokens(allow: readonly string[]): boolean {
  const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' };
  return isAllowedKind(binding, allow);
}

function problemsOf(object: KubeObject, { allow, parts }: Walls): string[] {
  return [
    ...(isReserved(object, parts)
      ? ['Slipway has an object of this name in each environment: give it another one']
      : []),
    ...(object.kind === 'Pod' && groupOf(object) === '' && !isHook(object)
      ? ['nothing replaces or stops a bare Pod: use a Deployment']
      : []),
    ...labelProblems(object),
    ...removalProblems(object),
    ...podProblems(object, allowsTokens(allow)),
    ...claimProblemsOf(object),
    ...serviceProblems(object),
    ...secretProblems(object),
  ];
}

/** Slipway recognises its own objects by these labels. */
function labelProblems(object: KubeObject): string[] {
  const labels = metadataIn(object).flatMap(({ labels: named }) => Object.keys(fields(named)));
  const own = labels.filter((key) => key.startsWith('slipway.dev/'));
  return [...new Set(own)].map((key) => `label ${key} is Slipway’s own`);
}

function titleOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}
