import { type Fields, fields, list, textOf } from '../../../objects/fields.ts';
import { podTemplateOf, runsImage } from '../../../objects/pod-template.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';

/** A Service that requests from outside reach. */
export interface Front {
  service: string;
  /** Port of the Service. */
  port: number;
  /** The labels of its pods. */
  selector: Readonly<Record<string, string>>;
  /** Ports of the pods: numbers or names. */
  podPorts: readonly (number | string)[];
}

/** The Service of this name; undefined if the set has none with a selector. */
export function frontOf(name: string, rendered: readonly Rendered[]): Front | undefined {
  const found = rendered.find(({ object }) => isService(object) && object.metadata.name === name);
  return found && frontOfService(found.object);
}

/** The Services that select pods of the app; a headless one answers names alone. @param ours its images, by digest */
export function frontsOf(rendered: readonly Rendered[], ours: ReadonlySet<string>): Front[] {
  const pods = rendered.flatMap(({ object }) => {
    const template = podTemplateOf(object);
    const runs = template && runsImage(template, ours);
    return runs && object.kind !== 'Job' && object.kind !== 'CronJob' ? [template.metadata?.labels ?? {}] : [];
  });
  const services = rendered.filter(({ object }) => isService(object) && fields(object.spec).clusterIP !== 'None');
  const fronts = services.flatMap(({ object }) => frontOfService(object) ?? []);
  return fronts.filter(({ selector }) =>
    pods.some((labels) => Object.entries(selector).every(([key, value]) => labels[key] === value)),
  );
}

/** Names of the Services that a route leads to. */
export function backendsOf({ kind, spec }: KubeObject): string[] {
  const rules = list(fields(spec).rules);
  const names =
    kind === 'HTTPRoute'
      ? rules.flatMap(({ backendRefs }) => list(backendRefs).map(({ name }) => name))
      : rules.flatMap(({ http }) =>
          list(fields(http).paths).map(({ backend }) => fields(fields(backend).service).name),
        );
  return [...new Set(names.map(textOf).filter((name) => name !== ''))];
}

function isService({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && kind === 'Service';
}

function frontOfService({ metadata, spec }: KubeObject): Front | undefined {
  const { selector, ports } = fields(spec);
  const labels = Object.entries(fields(selector)).filter((one): one is [string, string] => typeof one[1] === 'string');
  const [first] = list(ports).filter(({ port }) => typeof port === 'number');
  if (labels.length === 0 || first === undefined) return undefined;
  return {
    service: metadata.name,
    port: first.port as number,
    selector: Object.fromEntries(labels),
    podPorts: [...new Set(list(ports).map(podPort))],
  };
}

function podPort({ targetPort, port }: Fields): number | string {
  return typeof targetPort === 'number' || (typeof targetPort === 'string' && targetPort !== '')
    ? targetPort
    : (port as number);
}
