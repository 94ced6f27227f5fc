import { configRefsOf } from '../../objects/config-refs.ts';
import { fields, list, textOf } from '../../objects/fields.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { namedHosts } from '../side-by-side/named-hosts.ts';
import { type LiveEnvironment, ofKind } from './facts.ts';

/** Field managers of programs with which people make and change single objects. */
const HANDS =
  /^(kubectl-(create|run|expose|edit|patch|set|autoscale|label|annotate)|Mozilla|GoogleCloudConsole|dashboard|node-fetch|k9s|Lens|OpenLens|Headlamp|curl)\b/;
/** Labels and annotations of tools that keep the object in a file. */
const OF_A_FILE: readonly string[] = [
  'app.kubernetes.io/managed-by',
  'helm.sh/chart',
  'argocd.argoproj.io/instance',
  'argocd.argoproj.io/tracking-id',
  'kustomize.toolkit.fluxcd.io/name',
  'meta.helm.sh/release-name',
  'kubectl.kubernetes.io/last-applied-configuration',
  'config.kubernetes.io/origin',
  'kapp.k14s.io/app',
  'slipway.dev/app',
];
/** Kinds that a person makes by hand, and that then do something. Secrets hold what no file should. */
const RUNNING: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Service'];
const READ: readonly string[] = ['ConfigMap', 'PersistentVolumeClaim', 'ServiceAccount'];

/** Objects in the namespace of an environment that a person made, and that no file describes. */
export function byHandFindings(live: LiveEnvironment, written: readonly KubeObject[]): Finding[] {
  const described = new Set([...written, ...(live.recorded ?? [])].map(nameOf));
  const users = usersOf(written, ofKind(live.own, 'ConfigMap'));
  return [...RUNNING, ...READ].flatMap((kind) =>
    ofKind(live.own, kind).flatMap((object) => {
      const name = nameOf({ kind, metadata: object.metadata });
      const hand = handOf(object);
      const used = users.get(name);
      if (hand === undefined || described.has(name) || (used === undefined && !RUNNING.includes(kind))) return [];
      return [byHand(name, hand, used, live)];
    }),
  );
}

const nameOf = ({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>) => `${kind} ${metadata.name}`;

function byHand(name: string, hand: string, used: string | undefined, { environment, namespace }: LiveEnvironment) {
  const use = used === undefined ? 'no process that Slipway writes uses it' : `${used} uses it`;
  return finding('made-by-hand', {
    where: { environment, object: name },
    confidence: used === undefined ? 'possible' : 'likely',
    seen: `${hand} made it in namespace ${namespace}, and no file of the app describes it; ${use}`,
    remedy: `Describe it in slipway.yml (\`environments.${environment}.services\`, \`volumes\`, \`crons\`) or in a file of your own: \`kubectl get ${name.replace(' ', '/').toLowerCase()} -n ${namespace} -o yaml\` shows it.`,
  });
}

/** The program of the person who made the object; undefined: a file, a controller or Slipway describes it. */
function handOf({ metadata }: KubeObject): string | undefined {
  const marks = { ...metadata.labels, ...metadata.annotations };
  if ((metadata.ownerReferences ?? []).length > 0 || OF_A_FILE.some((key) => marks[key] !== undefined))
    return undefined;
  const managers = list(metadata.managedFields)
    .filter(({ subresource }) => textOf(subresource) === '')
    .map(({ manager }) => textOf(manager));
  // Controllers add to what a person made. A tool that applies has a file.
  const [first] = managers.filter((one) => HANDS.test(one));
  return managers.some((one) => /apply|helm|terraform|argo|flux|pulumi|slipway/i.test(one)) ? undefined : first;
}

/** Kind and name of an object → the process that uses it. */
function usersOf(written: readonly KubeObject[], configMaps: readonly KubeObject[]): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  const maps = new Map(
    [...configMaps, ...written.filter(({ kind }) => kind === 'ConfigMap')].map((one) => [one.metadata.name, one]),
  );
  for (const object of written) {
    const template = podTemplateOf(object);
    if (template === undefined) continue;
    const { serviceAccountName, volumes } = template.spec;
    const used = [
      ...configRefsOf(template).map(({ kind, name }) => `${kind} ${name}`),
      ...list(volumes).map(
        ({ persistentVolumeClaim }) => `PersistentVolumeClaim ${textOf(fields(persistentVolumeClaim).claimName)}`,
      ),
      `ServiceAccount ${textOf(serviceAccountName)}`,
      ...namedHosts(object, maps).map(({ host }) => `Service ${host.split('.')[0]}`),
    ];
    for (const name of used) if (!users.has(name)) users.set(name, nameOf(object));
  }
  return users;
}
