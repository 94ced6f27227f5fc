import { randomBytes } from 'node:crypto';
import { messageOf } from '../../errors.ts';
import { configDigest, configRefsOfAll, withConfigHash } from '../../objects/config-hash.ts';
import { type ConfigRef, configName } from '../../objects/config-refs.ts';
import { refOf } from '../../objects/ref.ts';
import { type ConfigRecord, newestFirst, type Release } from '../../objects/release.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';
import { stringifyJson } from '../../text/json.ts';
import { maskSecret } from '../mask-secrets.ts';
import { inPool } from '../pool.ts';
import { unlessRefused } from '../unless-refused.ts';

export interface ConfigContext {
  /** Salt of the hashes. */
  salt: string;
  /** Objects that the run writes beside its release. */
  beside: readonly KubeObject[];
}

export interface Configured {
  objects: KubeObject[];
  /** The record of this release holds it; a later release compares with it. */
  config: ConfigRecord;
}

/**
 * Makes a change of configuration roll the pods that read it. What the run itself does not bring is read from the namespace:
 * the Secret with the address of the database is the team's own. What is secret in it is masked from then on. Something that is
 * missing is the kubelet's to complain of.
 */
export async function configured(
  objects: readonly KubeObject[],
  namespace: string,
  { salt, beside }: ConfigContext,
  ports: { cluster: Cluster; log: Log },
): Promise<Configured> {
  const own = new Map([...objects, ...beside].map((object) => [configName(refOf(object)), object]));
  const foreign = configRefsOfAll(objects).filter((ref) => !own.has(configName(ref)));
  const found = await inPool(foreign, (ref) => read(ref, namespace, ports));
  const plain = stringifyJson(objects.filter(({ kind }) => kind !== 'Secret'));
  for (const object of [...objects, ...found]) if (object?.kind === 'Secret') maskSecret(object, ports.log, plain);
  const lives = new Map(foreign.map((ref, index) => [configName(ref), found[index]]));
  const find = (ref: ConfigRef) => own.get(configName(ref)) ?? lives.get(configName(ref));
  const live = Object.fromEntries(foreign.map((ref) => [configName(ref), configDigest(ref, find(ref), salt)]));
  return { objects: withConfigHash(objects, salt, find), config: { salt, live } };
}

/** Names of configuration that changed outside of the release since `good`: no record holds its content. */
export function changedBeside(good: Release | undefined, now: ConfigRecord): string[] {
  const before = good?.config;
  if (before === undefined || before.salt !== now.salt) return [];
  return Object.keys(now.live).filter(
    (name) => before.live[name] !== undefined && before.live[name] !== now.live[name],
  );
}

/** One salt for as long as there are records: with another one everything would look changed. */
export function saltOf(releases: readonly Release[]): string {
  const known = [...releases].sort(newestFirst).find(({ config }) => config)?.config?.salt;
  return known ?? randomBytes(16).toString('hex');
}

function read(
  { kind, name }: ConfigRef,
  namespace: string,
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<KubeObject | undefined> {
  return unlessRefused(
    () => cluster.get({ apiVersion: 'v1', kind, name, namespace }),
    (error) => {
      log.warning(`a change of ${kind} ${name} will not roll the pods that use it: ${messageOf(error)}`);
      return undefined;
    },
  );
}
