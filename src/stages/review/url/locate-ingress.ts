import { EnvironmentError } from '../../../errors.ts';
import { asksForCertificate } from '../../../objects/ingress/ingress-spec.ts';
import { hasHost, ROUTES } from '../../../objects/ingress/kinds.ts';
import { routeVisits, type Visit, visits } from '../../../objects/ingress/visits.ts';
import { podTemplateOf } from '../../../objects/pod-template.ts';
import type { Kind, KubeObject } from '../../../ports.ts';
import type { ReviewState } from '../../../report/review-state.ts';
import { certificateProblems } from '../../certificates.ts';
import { balancedUrl } from '../../ingress/balanced-url.ts';
import { located } from '../../ingress/located-plan.ts';
import type { Site } from '../../site.ts';
import { unlessForbidden } from '../../unless-refused.ts';
import type { Work } from '../work.ts';
import { accessWords } from './access.ts';
import { type Asking, lookAt, waitForUrl } from './url.ts';

/** Adds what only the cluster knows about the ingress; writes nothing. */
export async function withIngress(work: Work): Promise<Work> {
  const { plan, site, steps, update } = work;
  const { ingress, url } = await located(plan.app.ingress, site, steps);
  update({ url: url ?? '', guard: accessWords(plan) });
  return { ...work, plan: { ...plan, url, app: { ...plan.app, ingress } } };
}

/** Whether every URL answers; sends one request to each. */
export async function answersNow({ plan, site }: Work): Promise<boolean> {
  for (const { url, health } of visitsOf(plan)) {
    if (!(await lookAt(url, health, asking(plan, site))).up) return false;
  }
  return plan.url !== undefined;
}

/**
 * Waits until the URL of each process answers. An environment with its own load balancer only needs an address, which this
 * runner may not reach.
 */
export async function reached({ plan, site, update }: Work): Promise<void> {
  if (plan.url !== undefined) {
    const letIn = await Promise.all(
      visitsOf(plan).map(({ url, health }) => waitForUrl(url, health, asking(plan, site))),
    );
    site.onWaiting?.(undefined);
    if (letIn.includes(false)) shutOut(plan, update);
  } else if (plan.app.ingress && !hasHost(plan.app.ingress)) {
    update({ url: (await balancedUrl(plan.app, site.cluster)) ?? '' });
  }
}

/**
 * Waits until an environment answers after a wake or restart: the ingress controller learns of ready pods a moment
 * later. Paths come from the route and the Deployments, because a command has no slipway.yml. Does nothing if visitors need
 * a login, which a command does not have.
 * @throws TimedOut if it does not answer
 */
export async function answersAgain(
  { url, guard, namespace, app }: Pick<ReviewState, 'url' | 'guard' | 'namespace' | 'app'>,
  site: Site & Asking,
): Promise<void> {
  if (!/^https?:/.test(url) || guard !== undefined) return;
  const live = await site.cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace });
  const healthOf = (name: string) => healthPath(live.find(({ metadata }) => metadata.name === name));
  const routes = await Promise.all(ROUTES.map((route) => liveRoute(route, app, namespace, site)));
  const found = routes.flatMap((route) => (route === undefined ? [] : routeVisits(route, url, healthOf)));
  const all = found.length > 0 ? found : [{ url, health: healthOf(app) }];
  await Promise.all(all.map((visit) => waitForUrl(visit.url, visit.health, site)));
}

/** undefined where the account may not read the kind, because it could not have written it. */
async function liveRoute(
  route: Kind,
  name: string,
  namespace: string,
  { cluster }: Site,
): Promise<KubeObject | undefined> {
  if ((await cluster.resource(route)) === undefined) return undefined;
  const { apiVersion, kind } = route;
  return unlessForbidden(() => cluster.get({ apiVersion, kind, name, namespace }), undefined);
}

function healthPath(deployment: KubeObject | undefined): string | undefined {
  const containers = (deployment && podTemplateOf(deployment)?.spec.containers) ?? [];
  const probe = containers[0]?.readinessProbe as { httpGet?: { path?: string } } | undefined;
  return probe?.httpGet?.path;
}

/** Where each process answers visitors. */
function visitsOf({ url, app }: Pick<Work['plan'], 'url' | 'app'>): Visit[] {
  return url === undefined || app.ingress === undefined ? [] : visits(app, app.ingress);
}

function asking({ app, timeoutMs, namespace }: Work['plan'], site: Site & Asking): Asking {
  const { address, access, tls } = app.ingress ?? {};
  const secret = tls?.by === 'secret' ? tls.name : `${app.name}-tls`;
  const names = app.ingress && asksForCertificate(app.ingress) ? [secret] : [];
  const notIssued = () => certificateProblems(names, namespace, site.cluster);
  const selective = (access?.allow ?? []).length > 0;
  return { ...site, selective, addressOfCluster: address !== undefined, notIssued, timeoutMs };
}

/** The allow-list keeps this runner out: the environment was deployed, but not seen. */
function shutOut({ tests }: Work['plan'], update: Work['update']): void {
  const what = 'the address of this runner is not among review.access.allow';
  if (tests.length > 0) {
    throw new EnvironmentError(`the tests ${tests.join(', ')} cannot run: ${what}`, {
      remedy: 'Run on a runner of your own network, add its address, or set `review.tests: []` in slipway.yml.',
    });
  }
  const note = `Slipway could not check that the app answers: ${what}.`;
  update((state) => ({ notes: [...state.notes, note] }));
}
