import { fields, list, textOf } from '../../../objects/fields.ts';
import type { IngressSpec } from '../../../objects/ingress/ingress-spec.ts';
import { INGRESSES } from '../../../objects/ingress/kinds.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Kubectl } from './target.ts';

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
/** @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/ */
const RETIRED = 'k8s.io/ingress-nginx';

/** Whether the ingress of an environment is an Ingress, so that an IngressClass decides about its controller. */
function isIngress({ kind }: IngressSpec): boolean {
  return INGRESSES[kind].route?.kind === 'Ingress';
}

/** The IngressClass that an environment uses. */
export function checkIngressClass(
  subject: string,
  ingress: IngressSpec,
  classes: Fact<KubeObject[]>,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.ingress-class', subject);
  if (!isIngress(ingress)) return found.skipped(`ingress.kind: ${ingress.kind} uses no IngressClass`);
  // GKE serves `gce` by the annotation, without an IngressClass.
  if (ingress.kind === 'gke') return found.skipped('GKE serves its classes without an IngressClass');
  return found.of('the IngressClasses', classes, (all) => {
    const names = all.map(({ metadata }) => metadata.name).sort();
    const saw = [`the cluster has ${names.join(', ') || 'no IngressClass'}`];
    if (ingress.className !== undefined) {
      const { className } = ingress;
      if (names.includes(className)) return found.ok(`IngressClass ${className} exists`);
      return found.failed(`IngressClass ${className} does not exist`, {
        evidence: saw,
        advice: names.length > 0 ? `Set ingress.class to one of ${names.join(', ')}.` : INSTALL,
      });
    }
    const defaults = all.filter(isDefault);
    const [only] = defaults;
    if (defaults.length === 1 && only) return found.ok(`${only.metadata.name} is the default IngressClass`);
    if (defaults.length > 1) {
      const named = defaults.map(({ metadata }) => metadata.name);
      return found.failed(
        `${named.join(' and ')} are default IngressClasses, and the API server refuses an Ingress without a class`,
        {
          fix: kubectl.run('annotate', 'ingressclass', named.at(-1) ?? '', `${DEFAULT_CLASS}-`),
          advice: `Or select one with ingress.class.`,
        },
      );
    }
    const [first] = names;
    if (first === undefined) return found.failed('the cluster has no IngressClass', { advice: INSTALL });
    return found.failed('no IngressClass is the default, and slipway.yml names none', {
      evidence: saw,
      fix: kubectl.run('annotate', 'ingressclass', first, `${DEFAULT_CLASS}=true`),
      advice: `Or set ingress.class: ${first} in slipway.yml.`,
    });
  });
}

const INSTALL = 'Install an ingress controller, or use ingress.kind: gateway (docs/ingress.md).';

function isDefault({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[DEFAULT_CLASS] === 'true';
}

/** Whether the controller behind the class of an environment is one without fixes. */
export function checkController(subject: string, ingress: IngressSpec, classes: Fact<KubeObject[]>): Finding {
  const found = finder('cluster.controller', subject);
  if (!isIngress(ingress)) return found.skipped(`ingress.kind: ${ingress.kind} uses no ingress controller of a class`);
  const advice = 'Move to another controller, or to ingress.kind: gateway (docs/ingress.md).';
  return found.of('the ingress controller', classes, (all) => {
    const used = all.find((one) => (ingress.className ? one.metadata.name === ingress.className : isDefault(one)));
    const controller = textOf(fields(used?.spec).controller);
    if (controller === RETIRED) {
      return found.failed('ingress-nginx was retired in March 2026, and gets no fixes of security holes', {
        evidence: [`IngressClass ${used?.metadata.name} has the controller ${controller}`],
        advice,
      });
    }
    if (controller === '') return found.skipped('the class of the ingress is not known');
    return found.ok(`${controller} is not known to be retired`);
  });
}

export interface GatewayFacts {
  /** The cluster serves the Gateway API. */
  served: Fact<boolean>;
  gateway: Fact<KubeObject | undefined>;
  /** Labels of the namespace of the environment; undefined: the namespace does not exist yet. */
  namespaceLabels: Readonly<Record<string, string>> | undefined;
}

/** @param namespace of the environment; undefined: many (review environments) */
export function checkGateway(
  subject: string,
  ingress: IngressSpec,
  namespace: string | undefined,
  facts: GatewayFacts,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.gateway', subject);
  const { gateway: ref } = ingress;
  if (ref === undefined) return found.skipped('no Gateway is used');
  return found.of('the Gateway API', facts.served, (served) => {
    if (!served) {
      return found.failed('the cluster does not serve the Gateway API', {
        advice: INGRESSES.gateway.requires(ingress).remedy,
      });
    }
    return found.of(`Gateway ${ref.namespace}/${ref.name}`, facts.gateway, (gateway) => {
      const name = `Gateway ${ref.namespace}/${ref.name}`;
      if (gateway === undefined) {
        return found.failed(`${name} does not exist`, {
          advice: 'Create it, or correct ingress.gateway: many apps share one, so Slipway does not create it.',
        });
      }
      const listeners = list(fields(gateway.spec).listeners).map(
        (listener, index) => ({ ...listener, index }) as Listener,
      );
      const named = listeners.filter(({ name: section }) => ref.section === undefined || section === ref.section);
      const sections = listeners.map((listener) => textOf(listener.name));
      if (named.length === 0) {
        const advice = `Set ingress.gateway to ${ref.namespace}/${ref.name}/<listener>; it has ${sections.join(', ')}.`;
        return found.failed(`${name} has no listener ${ref.section}`, { advice });
      }
      const forHost = named.filter((listener) => serves(textOf(listener.hostname), ingress.host));
      if (forHost.length === 0) {
        const hosts = named.map((listener) => textOf(listener.hostname)).join(', ');
        return found.failed(`${name} has no listener for ${ingress.host}`, {
          evidence: [`its listeners serve ${hosts}`],
          advice: 'Add a listener with this host name, or leave `hostname` of the listener out.',
        });
      }
      const admits = forHost.filter((listener) =>
        admitsNamespace(listener, ref.namespace, namespace, facts.namespaceLabels),
      );
      const [closed] = forHost;
      if (admits.length === 0 && closed) {
        const path = `/spec/listeners/${closed.index}/allowedRoutes`;
        const patch = [{ op: 'add', path, value: { ...fields(closed.allowedRoutes), namespaces: { from: 'All' } } }];
        return found.failed(
          `${name} admits no routes of ${namespace ? `namespace ${namespace}` : 'review environments'}`,
          {
            fix: kubectl.run(
              'patch',
              'gateway',
              ref.name,
              '--namespace',
              ref.namespace,
              '--type=json',
              '--patch',
              JSON.stringify(patch),
            ),
            advice: 'To admit only some namespaces, use `from: Selector` with a label.',
          },
        );
      }
      return programmed(found, name, gateway);
    });
  });
}

interface Listener extends Record<string, unknown> {
  index: number;
}

function programmed(found: ReturnType<typeof finder>, name: string, gateway: KubeObject): Finding {
  const conditions = list(fields(gateway.status).conditions);
  const bad = conditions.find(
    ({ type, status }) => (type === 'Accepted' || type === 'Programmed') && status === 'False',
  );
  if (bad) {
    return found.failed(`${name} is not ${textOf(bad.type).toLowerCase()}`, {
      evidence: [textOf(bad.message) || textOf(bad.reason)],
      advice: 'Read its conditions, and the log of its controller.',
    });
  }
  if (conditions.some(({ type, status }) => type === 'Programmed' && status === 'True')) {
    return found.ok(`${name} is programmed, and admits the route`);
  }
  const why = 'no controller has written the condition Programmed';
  return found.unknown(
    `${name} admits the route`,
    { known: false, why, permission: undefined },
    'Check that its GatewayClass has a controller.',
  );
}

/** Whether a listener with this host name serves a host. @see https://gateway-api.sigs.k8s.io/reference/spec/#listener */
function serves(listener: string, host: string): boolean {
  if (listener === '') return true;
  if (listener.startsWith('*.')) return host.endsWith(listener.slice(1)) && host.length > listener.length - 1;
  return listener === host;
}

function admitsNamespace(
  listener: Listener,
  own: string,
  namespace: string | undefined,
  labels: GatewayFacts['namespaceLabels'],
): boolean {
  const allowed = fields(fields(listener.allowedRoutes).namespaces);
  const from = textOf(allowed.from) || 'Same';
  if (from === 'All') return true;
  if (from === 'Same') return namespace === own;
  const wanted = Object.entries(fields(fields(allowed.selector).matchLabels));
  // A selector may match labels that the namespace gets later, or has by an expression.
  if (from !== 'Selector' || labels === undefined || wanted.length === 0) return from === 'Selector';
  return wanted.every(([key, value]) => labels[key] === value);
}
