import { fields, list, textOf } from '../../../objects/fields.ts';
import type { IngressSpec } from '../../../objects/ingress/ingress-spec.ts';
import type { KubeObject } from '../../../ports.ts';

/** Controllers write the path into their configuration; a regular expression needs none of these. */
const UNFIT = /[\s;"'`{}#]/;

/** What an Ingress takes beyond paths of one host. @param ingress of the environment */
export function ingressProblems({ apiVersion, metadata, spec }: KubeObject, ingress: IngressSpec): string[] {
  const { ingressClassName, defaultBackend, rules } = fields(spec);
  const named = textOf(ingressClassName) || metadata.annotations?.['kubernetes.io/ingress.class'] || '';
  const backends = list(rules).flatMap(({ http }) => list(fields(http).paths).map(({ backend }) => fields(backend)));
  const paths = list(rules).flatMap(({ http }) => list(fields(http).paths).map(({ path }) => textOf(path)));
  return [
    ...(apiVersion === 'networking.k8s.io/v1' ? [] : [`apiVersion ${apiVersion} is not networking.k8s.io/v1`]),
    ...(named !== '' && ingress.className === undefined && ingress.kind !== 'gke'
      ? [`class ${named}: which controller serves review environments is decided by ingress.class`]
      : []),
    ...(paths.some((path) => UNFIT.test(path))
      ? ['a path has characters that end up in configuration of the controller']
      : []),
    ...(defaultBackend === undefined ? [] : ['defaultBackend takes the requests of every other host']),
    ...(list(rules).length === 0 ? ['it has no rules'] : []),
    ...(backends.some(({ resource }) => resource !== undefined) ? ['a backend is no Service'] : []),
  ];
}

/** What an HTTPRoute takes beyond Services of its namespace. */
export function httpRouteProblems({ spec }: KubeObject): string[] {
  const rules = list(fields(spec).rules);
  const refs = rules.flatMap(({ backendRefs }) => list(backendRefs));
  const filters = [...rules, ...refs].flatMap((one) => list(one.filters));
  const ofFilters = filters.flatMap(({ requestMirror, externalAuth }) =>
    [requestMirror, externalAuth].map((filter) => fields(fields(filter).backendRef)),
  );
  const backends = [...refs, ...ofFilters];
  return [
    ...(backends.some(({ namespace }) => namespace !== undefined) ? ['a backend is in another namespace'] : []),
    ...(backends.some(({ kind = 'Service', group = '' }) => kind !== 'Service' || group !== '')
      ? ['a backend is no Service']
      : []),
    ...(filters.some(({ type }) => type === 'ExtensionRef') ? ['a filter is an extension of the controller'] : []),
    ...(rules.length === 0 ? ['it has no rules'] : []),
  ];
}
