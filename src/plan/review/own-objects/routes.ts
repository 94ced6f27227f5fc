import { UserError } from '../../../errors.ts';
import { type Fields, fields, list, textOf } from '../../../objects/fields.ts';
import type { ExposedApp, ExposedProcess } from '../../../objects/ingress/ingress-spec.ts';
import { INGRESSES, ingressObjects } from '../../../objects/ingress/kinds.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';
import { isHarmless } from './annotations.ts';
import { backendsOf, type Front, frontOf, frontsOf } from './fronts.ts';
import { httpRouteProblems, ingressProblems } from './route-problems.ts';

/** Kinds of objects that lead host names to Services. */
export const ROUTE_KINDS: ReadonlySet<string> = new Set(['Ingress', 'HTTPRoute']);

/** A Service that requests from outside reach, for the NetworkPolicy. */
export type { Front } from './fronts.ts';

export interface Routed {
  rendered: Rendered[];
  fronts: Front[];
  notes: string[];
}

/**
 * The objects with the host, the class, the certificate and the guard of the environment in their Ingresses or HTTPRoutes; the
 * paths stay. Without one, Slipway adds it for the only Service in front of the app's pods.
 * @param app the app as Slipway would expose it; its port and name are those of the Services here
 * @param ours the images of the app, by digest
 * @throws UserError for a route that would take more than the environment's host
 */
export function withRoutes(rendered: readonly Rendered[], app: ExposedApp, ours: ReadonlySet<string>): Routed {
  const { ingress } = app;
  const routes = rendered.filter(({ object }) => isRoute(object));
  const rest = rendered.filter(({ object }) => !isRoute(object));
  if (ingress === undefined) return { rendered: [...rest], fronts: [], notes: [] };
  const { route } = INGRESSES[ingress.kind];
  if (route === undefined) {
    throw new UserError(`ingress.kind: ${ingress.kind} gives a review environment of your own objects no host name`, {
      remedy: 'Choose another ingress.kind for review environments (review.ingress.kind). Nothing was written.',
    });
  }
  refuseRoutes(routes, route.kind, app);
  if (routes.length === 0) return added(rest, app, ours);
  const services = [...new Set(routes.flatMap(({ object }) => backendsOf(object)))];
  const fronts = services.flatMap((name) => frontOf(name, rest) ?? []);
  if (fronts.length === 0) {
    const [first] = routes;
    throw new UserError(
      `${first?.location}: ${first?.object.kind} ${first?.object.metadata.name} leads to no Service of the set`,
      {
        details: [`Services that it names: ${services.join(', ') || 'none'}`],
        remedy: 'Name a Service with a selector that is among the objects. Nothing was written.',
      },
    );
  }
  const made = madeFor(fronts, app);
  const hosts = [...new Set(routes.flatMap(({ object }) => route.hosts(object)))].filter(
    (host) => host !== ingress.host,
  );
  return {
    rendered: [
      ...annotated(rest, fronts, app),
      ...routes.map((one) => ({ ...one, object: guided(one.object, made.route, ingress.host) })),
      ...made.others.map((object) => ({ object, location: 'slipway.yml' })),
    ],
    fronts,
    notes: hosts.length === 0 ? [] : [`host ${hosts.join(', ')} is ${ingress.host} in this environment`],
  };
}

function isRoute({ apiVersion, kind }: KubeObject): boolean {
  return ROUTE_KINDS.has(kind) && /^(networking\.k8s\.io|gateway\.networking\.k8s\.io)\//.test(apiVersion);
}

/** One route of Slipway's own to the only Service in front of the app. */
function added(rest: readonly Rendered[], app: ExposedApp, ours: ReadonlySet<string>): Routed {
  const fronts = frontsOf(rest, ours);
  const [front, ...more] = fronts;
  if (front === undefined || more.length > 0) {
    throw new UserError(
      front === undefined
        ? 'the objects have no Ingress, and no Service leads to pods of the image'
        : `the objects have no Ingress, and several Services lead to pods of the image: ${fronts.map(({ service }) => service).join(', ')}`,
      {
        remedy:
          'Add an Ingress (HTTPRoute for ingress.kind: gateway) to the objects of review environments. Nothing was written.',
      },
    );
  }
  const made = madeFor([front], app);
  const object = withBackend(made.route, front);
  return {
    rendered: [
      ...annotated(rest, [front], app),
      ...[object, ...made.others].map((one) => ({ object: one, location: 'slipway.yml' })),
    ],
    fronts: [front],
    notes: [`the objects have no ${object.kind}: Slipway adds one for Service ${front.service}`],
  };
}

/** What Slipway would write for these Services: the route, and what its controller needs besides. */
function madeFor(fronts: readonly Front[], app: ExposedApp): { route: KubeObject; others: KubeObject[] } {
  const made = ingressObjects({ ...app, processes: fronts.map((front) => processOf(front, app)) });
  const route = made.find(isRoute);
  if (route === undefined) throw new UserError('the ingress of the environment has no route');
  return { route, others: made.filter((object) => !isRoute(object)) };
}

/** A Service of the team, as a process of Slipway's. */
function processOf({ service, port }: Front, { processes }: ExposedApp): ExposedProcess {
  const { component = 'web', health, drainMs = 0 } = processes[0] ?? {};
  return { name: service, component, port, health, drainMs, host: undefined, paths: ['/'] };
}

function annotated(rest: readonly Rendered[], fronts: readonly Front[], { ingress }: ExposedApp): Rendered[] {
  const names = new Set(fronts.map(({ service }) => service));
  return rest.map((one) => {
    const { kind, metadata } = one.object;
    if (ingress === undefined || kind !== 'Service' || !names.has(metadata.name)) return one;
    const own = INGRESSES[ingress.kind].serviceAnnotations(metadata.name, ingress);
    if (Object.keys(own).length === 0) return one;
    return {
      ...one,
      object: { ...one.object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...own } } },
    };
  });
}

/** The team's route with what guards the host: annotations, class and certificate, or Gateway, of Slipway's. */
function guided(own: KubeObject, made: KubeObject, host: string): KubeObject {
  const kept = Object.entries(own.metadata.annotations ?? {}).filter(([name]) => isHarmless(name));
  const metadata = { ...own.metadata, annotations: { ...Object.fromEntries(kept), ...made.metadata.annotations } };
  const { rules } = fields(own.spec);
  const spec = {
    ...fields(made.spec),
    rules: own.kind === 'Ingress' ? list(rules).map((rule) => ({ ...rule, host })) : rules,
  };
  return { ...own, metadata, spec };
}

function withBackend(made: KubeObject, { service, port }: Front): KubeObject {
  const spec = structuredClone(made.spec) as Fields;
  for (const rule of list(spec.rules)) {
    for (const path of list(fields(rule.http).paths))
      path.backend = { service: { name: service, port: { number: port } } };
    for (const ref of list(rule.backendRefs)) Object.assign(ref, { name: service, port });
  }
  return { ...made, spec };
}

function refuseRoutes(routes: readonly Rendered[], wanted: string, { ingress }: ExposedApp): void {
  if (ingress === undefined) return;
  const hosts = new Map<string, string>();
  const problems = routes.flatMap(({ object, location }) => {
    const title = `${location}: ${object.kind} ${object.metadata.name}`;
    const named = [...new Set(hostsOf(object))].filter((host) => host !== ingress.host);
    for (const host of named) hosts.set(host, `${title}: host ${host}`);
    const found =
      object.kind === wanted
        ? [
            ...annotationProblems(object, ingress.annotations),
            ...(object.kind === 'Ingress' ? ingressProblems(object, ingress) : httpRouteProblems(object)),
          ]
        : [`with ingress.kind: ${ingress.kind}, a route is of kind ${wanted}`];
    return found.map((problem) => `${title}: ${problem}`);
  });
  if (hosts.size > 1) problems.push(...hosts.values());
  const [first, ...details] = problems;
  if (first === undefined) return;
  throw new UserError(first, {
    details,
    remedy: `${hosts.size > 1 ? `An environment has one host, ${ingress.host}, which replaces the host of the objects: leave the others out of review environments. ` : ''}Annotations and class of an Ingress come from \`ingress\` in slipway.yml of the default branch (ingress.annotations, ingress.class): add them there, or leave them out by values or an overlay for review environments. Nothing was written.`,
  });
}

function hostsOf({ kind, spec }: KubeObject): string[] {
  if (kind === 'HTTPRoute') {
    const { hostnames } = fields(spec);
    return Array.isArray(hostnames) ? hostnames.filter((one) => typeof one === 'string') : [];
  }
  const { rules, tls } = fields(spec);
  const guarded = list(tls).flatMap(({ hosts }) => (Array.isArray(hosts) ? hosts : []));
  return [...list(rules).map(({ host }) => textOf(host)), ...guarded.filter((one) => typeof one === 'string')].filter(
    (host) => host !== '',
  );
}

/** Annotations can hold configuration of the controller, which serves others, too. */
function annotationProblems({ metadata }: KubeObject, allowed: Readonly<Record<string, string>>): string[] {
  const CLASS = 'kubernetes.io/ingress.class';
  return Object.entries(metadata.annotations ?? {})
    .filter(([name, value]) => !isHarmless(name) && name !== CLASS && allowed[name] !== value)
    .map(([name]) => `annotation ${name} is not in ingress.annotations`);
}
