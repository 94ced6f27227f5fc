import { fields, list, textOf } from '../../objects/fields.ts';
import { tryReference } from '../../objects/image-reference.ts';
import { type Finding, finding } from '../finding.ts';
import {
  at,
  isHeadless,
  mostPods,
  type Observed,
  replicasOf,
  scaledTo,
  servicesBefore,
  type Workload,
  workloadsBehind,
} from './observed.ts';

/** One pod behind a Service in production, where two could run. */
export function replicaFindings(workload: Workload, all: Observed): Finding[] {
  const { object } = workload;
  if (!all.production || object.kind !== 'Deployment' || replicasOf(object) !== 1) return [];
  if (scaledTo(object, all) !== undefined || isAlone(workload, all)) return [];
  const before = servicesBefore(workload, all).filter((service) => !isHeadless(service));
  const alone = before.find((service) => {
    return workloadsBehind(service, all).reduce((sum, one) => sum + mostPods(one.object, all), 0) === 1;
  });
  if (alone === undefined) return [];
  return [
    finding('single-replica', {
      where: at(object, all, 'replicas:'),
      // It may keep state in memory, which no object says.
      confidence: 'possible',
      seen: `it has one pod, and Service ${alone.metadata.name} leads to no other`,
      remedy: 'Set `replicas: 2`. If only one may run, accept this finding with the reason.',
    }),
  ];
}

/** Names of volumes with what the process keeps: with an emptyDir, a second pod has other data. */
const DATA = /data|storage|content|uploads?|media/i;
const DATABASES =
  /(^|[/-])(postgres(ql)?|mysql|mariadb|mongo(db)?|redis|valkey|rabbitmq|memcached|elasticsearch|minio|etcd)$/;

/** A database, or a process whose owner says that only one may run: a second pod needs more than a number. */
function isAlone({ object, template: { spec } }: Workload, all: Observed): boolean {
  if (fields(fields(object.spec).strategy).type === 'Recreate') return true;
  const claims = list(spec.volumes).map(({ persistentVolumeClaim }) => fields(persistentVolumeClaim).claimName);
  const isShared = (name: unknown) => {
    const claim = all.objects.find((one) => one.kind === 'PersistentVolumeClaim' && one.metadata.name === name);
    return claim !== undefined && JSON.stringify(fields(claim.spec).accessModes ?? '').includes('Many');
  };
  if (claims.some((name) => name !== undefined && !isShared(name))) return true;
  if (list(spec.volumes).some(({ name, emptyDir }) => emptyDir !== undefined && DATA.test(textOf(name)))) return true;
  return list(spec.containers).some(({ image }) => DATABASES.test(tryReference(textOf(image))?.path ?? ''));
}
