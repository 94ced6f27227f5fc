import { fields, list } from '../../../objects/fields.ts';
import { podTemplateOf } from '../../../objects/pod-template.ts';
import type { KubeObject } from '../../../ports.ts';
import { quantityOf } from '../../../text/quantity.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Kubectl } from './target.ts';

type Sums = Map<string, number>;

/** What a rollout adds to the usage of a quota at its peak: one more pod of each Deployment, or all pods of one that is new. */
export function neededRoom(objects: readonly KubeObject[], live: ReadonlySet<string>): Sums {
  const sums: Sums = new Map();
  for (const object of objects) {
    const template = podTemplateOf(object);
    const { replicas = 1 } = fields(object.spec) as { replicas?: number };
    const count = object.kind === 'CronJob' ? 0 : live.has(`${object.kind}/${object.metadata.name}`) ? 1 : replicas;
    if (template === undefined || count === 0) continue;
    add(sums, 'pods', count);
    for (const container of list(template.spec.containers)) {
      for (const side of ['requests', 'limits'] as const) {
        for (const [resource, amount] of Object.entries(fields(fields(container.resources)[side]))) {
          add(sums, `${side}.${resource}`, count * (quantityOf(String(amount)) ?? 0));
        }
      }
    }
  }
  return sums;
}

function add(sums: Sums, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

/** The names that a ResourceQuota has for the requests. */
const ALIASES: Readonly<Record<string, string>> = {
  cpu: 'requests.cpu',
  memory: 'requests.memory',
  'count/pods': 'pods',
};

/** @param room what a rollout adds; see `neededRoom` */
export function checkQuota(
  subject: string,
  namespace: string,
  quotas: Fact<KubeObject[]>,
  room: Sums,
  kubectl: Kubectl,
): Finding[] {
  const found = finder('cluster.quota', subject);
  if (!quotas.known) return [found.unknown(`the quotas of namespace ${namespace}`, quotas)];
  if (quotas.value.length === 0) return [found.ok(`namespace ${namespace} has no ResourceQuota`)];
  return quotas.value.map((quota) => {
    const { hard, used } = fields(quota.status) as { hard?: Record<string, string>; used?: Record<string, string> };
    const lacking = Object.entries(hard ?? {}).flatMap(([name, limit]) => {
      const needed = room.get(ALIASES[name] ?? name) ?? 0;
      const [most, now] = [quantityOf(limit), quantityOf(used?.[name] ?? '0')];
      return most === undefined || now === undefined || now + needed <= most ? [] : [{ name, limit, now, needed }];
    });
    const name = `ResourceQuota ${quota.metadata.name} of namespace ${namespace}`;
    if (lacking.length === 0) return found.ok(`${name} has room for a rollout`);
    const patch = {
      spec: {
        hard: Object.fromEntries(lacking.map(({ name: key, now, needed }) => [key, inUnits(key, now + needed)])),
      },
    };
    const at = ['--namespace', namespace, '--type=merge', '--patch', JSON.stringify(patch)];
    return found.failed(`${name} has no room for a rollout`, {
      evidence: lacking.map(
        ({ name: key, limit, now, needed }) =>
          `${key}: ${inUnits(key, now)} of ${limit} used, a rollout adds ${inUnits(key, needed)}`,
      ),
      fix: kubectl.run('patch', 'resourcequota', quota.metadata.name, ...at),
    });
  });
}

/** CPU in thousandths, everything else as a whole number. */
function inUnits(key: string, amount: number): string {
  return key.endsWith('cpu') ? `${Math.ceil(amount * 1000)}m` : String(Math.ceil(amount));
}
