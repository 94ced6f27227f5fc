import type { KubeObject } from '../ports.ts';
import { type Condition, condition, failed, ready, type Verdict, waiting } from './verdict.ts';

interface ParentRef {
  name: string;
  namespace?: string;
  sectionName?: string;
}

interface RouteView extends KubeObject {
  spec: { parentRefs?: ParentRef[]; hostnames?: string[] };
  status?: { parents?: { parentRef: ParentRef; conditions?: Condition[] }[] };
}

/** Milliseconds; a controller may learn of the Service or the Gateway after the route. */
const GRACE_MS = 15_000;

/**
 * An HTTPRoute.
 *
 * Ready when, for each Gateway in spec.parentRefs, one controller reports of the present generation
 *   1. Accepted is True;
 *   2. ResolvedRefs is True;
 *   3. Programmed or Reconciled is True, where the controller has one of them.
 *
 * Failed when one of these is False, except with the reason Pending.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
 */
export function httpRoute(object: KubeObject): Verdict {
  const route = object as RouteView;
  const verdicts = (route.spec.parentRefs ?? []).map((ref) => ofParent(route, ref));
  return (
    verdicts.find(({ state }) => state === 'failed') ??
    verdicts.find(({ state }) => state === 'waiting') ??
    ready(verdicts.length === 0 ? 'it is attached to nothing' : 'the Gateway has accepted it')
  );
}

/** Several controllers may report on a route: the acceptance of one is enough. */
function ofParent(route: RouteView, ref: ParentRef): Verdict {
  const own = route.metadata.namespace;
  const same = (one: ParentRef) =>
    one.name === ref.name && (one.namespace ?? own) === (ref.namespace ?? own) && one.sectionName === ref.sectionName;
  const verdicts = (route.status?.parents ?? [])
    .filter(({ parentRef }) => same(parentRef))
    .map(({ conditions }) => ofConditions(route, ref, conditions ?? []));
  const good = verdicts.find(({ state }) => state === 'ready') ?? verdicts.find(({ state }) => state === 'waiting');
  return (
    good ??
    verdicts[0] ??
    waiting(`${gatewayOf(route, ref)} has not processed it yet`, {
      remedy: `Check that the Gateway exists and that a controller serves its class: kubectl -n ${ref.namespace ?? own} describe gateway ${ref.name}`,
    })
  );
}

function ofConditions(route: RouteView, ref: ParentRef, conditions: readonly Condition[]): Verdict {
  const { generation = 0 } = route.metadata;
  const [accepted, resolved] = [condition(conditions, 'Accepted'), condition(conditions, 'ResolvedRefs')];
  const programmed = condition(conditions, 'Programmed') ?? condition(conditions, 'Reconciled');
  const looked = [accepted, resolved, programmed].filter((one) => one !== undefined);
  if (accepted === undefined || looked.some((one) => (one.observedGeneration ?? generation) < generation)) {
    return waiting(`${gatewayOf(route, ref)} has not processed the new version yet`);
  }
  for (const one of looked) {
    if (one.status === 'True') continue;
    const words = `${gatewayOf(route, ref)}: not ${one.type}: ${one.reason ?? ''}${one.message ? ` (${one.message})` : ''}`;
    if (one.status === 'Unknown' || one.reason === 'Pending')
      return waiting(words, { remedy: remedyOf(one, route, ref) });
    return failed(words, remedyOf(one, route, ref), { graceMs: GRACE_MS });
  }
  return resolved === undefined ? waiting(`${gatewayOf(route, ref)} has not resolved it yet`) : ready('accepted');
}

function gatewayOf({ metadata }: RouteView, { name, namespace, sectionName }: ParentRef): string {
  return `Gateway ${namespace ?? metadata.namespace}/${name}${sectionName ? ` (listener ${sectionName})` : ''}`;
}

function remedyOf({ reason }: Condition, { metadata, spec }: RouteView, ref: ParentRef): string {
  const gateway = `the Gateway ${ref.namespace ?? metadata.namespace}/${ref.name}`;
  switch (reason) {
    case 'NotAllowedByListeners':
      return `Let ${gateway} take routes of namespace ${metadata.namespace}: allowedRoutes.namespaces of its listener, from: All, or a Selector, for review environments by the label app.kubernetes.io/managed-by: slipway.`;
    case 'NoMatchingListenerHostname':
      return `Give ${gateway} a listener whose hostname fits ${(spec.hostnames ?? []).join(', ')} (a wildcard such as *.example.dev, or none), or correct the host in slipway.yml.`;
    case 'NoMatchingParent':
      return `${gateway} has no listener ${ref.sectionName ?? 'for it'}: correct ingress.gateway in slipway.yml.`;
    default:
      return `See its status: kubectl -n ${metadata.namespace} describe httproute ${metadata.name}; and ${gateway}.`;
  }
}
