import { fields, list, textOf } from '../../objects/fields.ts';
import { containersOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { at, mostPods, type Observed, replicasOf, textsOf, type Workload } from './observed.ts';

/** What pods of a workload do not share, or cannot. */
export function volumeFindings(workload: Workload, all: Observed): Finding[] {
  return [...emptyDirs(workload, all), ...claims(workload, all), ...localDatabases(workload, all)];
}

const DATA = /session|token|upload|media|attachment|storage|^data$|-data$/i;
/** Folders of programs that need no data of others. */
const SCRATCH = /^\/(tmp|run|var\/(run|cache|log|tmp))(\/|$)|cache/i;
/** Kinds whose pods are equal. */
const EQUAL_PODS = ['Deployment', 'Rollout'];

function emptyDirs({ object, template }: Workload, all: Observed): Finding[] {
  const pods = mostPods(object, all);
  if (!EQUAL_PODS.includes(object.kind) || pods < 2) return [];
  const volumes = list(template.spec.volumes).filter(({ emptyDir }) => emptyDir !== undefined);
  const mounts = containersOf(template).flatMap(({ volumeMounts }) => list(volumeMounts));
  const holdsData = (volume: unknown) =>
    mounts.some(({ name, mountPath }) => {
      const path = textOf(mountPath).slice(0, 500);
      return name === volume && DATA.test(path) && !SCRATCH.test(path);
    });
  return volumes
    .filter(({ name }) => DATA.test(textOf(name)) || holdsData(name))
    .map(({ name }) =>
      finding('data-in-empty-dir', {
        where: at(object, all, `name: ${textOf(name)}`),
        confidence: 'possible',
        seen: `volume ${textOf(name)} is an emptyDir of each of ${pods} pods`,
        remedy: 'Keep what several requests need in Redis, in the database or in a volume with a claim.',
        key: textOf(name),
      }),
    );
}

const SHARED = ['ReadWriteMany', 'ReadOnlyMany'];

/** A claim that one node, or one pod, mounts at a time, in a Deployment with pods on several nodes. */
function claims({ object, template }: Workload, all: Observed): Finding[] {
  if (!EQUAL_PODS.includes(object.kind)) return [];
  const pods = mostPods(object, all);
  const rolls = fields(fields(object.spec).strategy).type !== 'Recreate';
  if (pods < 2 && !rolls) return [];
  return list(template.spec.volumes).flatMap(({ persistentVolumeClaim }) => {
    const name = textOf(fields(persistentVolumeClaim).claimName);
    const claim = all.objects.find((one) => one.kind === 'PersistentVolumeClaim' && one.metadata.name === name);
    const modes = claim === undefined ? [] : modesOf(claim);
    if (claim === undefined || modes.length === 0 || modes.some((mode) => SHARED.includes(mode))) return [];
    return [claimFinding({ object, template }, { name, mode: modes[0] ?? '', pods }, all)];
  });
}

function modesOf({ spec }: KubeObject): string[] {
  const { accessModes } = fields(spec);
  return Array.isArray(accessModes) ? accessModes.map(String) : [];
}

function claimFinding(
  { object }: Workload,
  { name, mode, pods }: { name: string; mode: string; pods: number },
  all: Observed,
): Finding {
  const several = pods > 1;
  return finding('claim-of-one-node', {
    where: at(object, all, `claimName: ${name}`),
    confidence: several ? 'likely' : 'possible',
    seen: `claim ${name} is ${mode}, and ${several ? `${pods} pods mount it` : 'a rollout starts the new pod before the old one ends'}`,
    remedy: several
      ? 'Use a claim with ReadWriteMany, a StatefulSet with `volumeClaimTemplates`, or a bucket.'
      : 'Set `strategy: { type: Recreate }`, or make it a StatefulSet.',
    key: name,
  });
}

const SQLITE = /^(?:[a-z]{1,20}[-+:])?sqlite3?:(?:\/\/|file|\/|\w)|(?:^|[=/])[\w.-]{1,100}\.sqlite3?$/i;

/** A database in a file: each pod has its own. */
function localDatabases({ object, template }: Workload, all: Observed): Finding[] {
  if (object.kind === 'StatefulSet' || replicasOf(object) < 2) return [];
  return list(template.spec.containers).flatMap((container) =>
    textsOf(container)
      .filter(({ value }) => SQLITE.test(value.slice(0, 500)) && !/:memory:/.test(value))
      .map(({ name }) =>
        finding('database-in-a-file', {
          where: at(object, all, name === 'args' ? 'sqlite' : name),
          confidence: 'likely',
          seen: `${name} of container ${textOf(container.name)} names an SQLite file, and it has ${replicasOf(object)} pods`,
          remedy:
            'Use a database server (`environments.<name>.database`, `review.database`), or run one pod with a claim.',
          key: name,
        }),
      ),
  );
}
