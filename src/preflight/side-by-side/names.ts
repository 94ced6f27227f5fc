import type { KubeObject } from '../../ports.ts';
import { isCompared } from './parts.ts';

/** The objects of one environment. */
export interface Side {
  environment: string;
  objects: readonly KubeObject[];
}

/** An object, with the name that it shares with the other environment. */
export interface Named {
  name: string;
  object: KubeObject;
}
/** What an object is compared by → the object. */
export type ByName = ReadonlyMap<string, Named>;

/** Words that teams write for one environment in names. */
const WORDS: readonly (readonly string[])[] = [
  ['production', 'prod', 'prd', 'live'],
  ['staging', 'stage', 'stg'],
  ['development', 'develop', 'dev'],
  ['testing', 'test', 'qa', 'uat'],
];

/** Some teams have the name of the environment in that of each object: staging-web, web-prod. A name that both have stays. */
export function byName({ environment, objects }: Side, other: Side): ByName {
  const others = new Set(other.objects.map(({ metadata: { name } }) => name));
  const shared = (name: string) => (others.has(name) ? name : withoutEnvironment(name, environment));
  const all = new Map<string, Named>();
  for (const object of objects.filter(isCompared)) {
    const name = `${object.kind} ${shared(object.metadata.name)}`;
    // A Rollout of Argo, or a StatefulSet, stands for a Deployment of the same name.
    const key = name.replace(PROCESS, 'process ');
    all.set(all.has(key) ? name : key, { name, object });
  }
  return all;
}

/** A name without the words for its environment, and without the hash that Kustomize ends it with. */
export function withoutEnvironment(name: string, environment: string): string {
  const words = [environment, ...(WORDS.find((group) => group.includes(environment)) ?? [])];
  return words.reduce(withoutWord, `-${name.replace(HASH, '')}-`).slice(1, -1);
}

const HASH = /-[bcdfghkmt2456789]{10}$/;

function withoutWord(name: string, word: string): string {
  const rest = name.replace(`-${word}-`, '-');
  return rest === '-' ? name : rest;
}

export function haveNothingInCommon(tried: ByName, used: ByName): boolean {
  const processesOf = (all: ByName) => [...all].filter(([, { name }]) => PROCESS.test(name)).map(([key]) => key);
  const [own, others] = [processesOf(tried), processesOf(used)];
  return own.length > 0 && others.length > 0 && !own.some((key) => others.includes(key));
}

const PROCESS = /^(Deployment|StatefulSet|DaemonSet|Rollout) /;
