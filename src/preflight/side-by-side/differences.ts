import type { DifferenceConfig } from '../../config/preflight-schema.ts';
import type { KubeObject } from '../../ports.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { isCompared, isService, type Part, type PartKind, partsOf } from './parts.ts';

/** The objects of one environment. */
export interface Side {
  environment: string;
  objects: readonly KubeObject[];
}

/** An environment, and the one from which releases are promoted to it. */
export interface Pair {
  /** Where a release is tried. */
  from: Side;
  /** What visitors use. */
  to: Side;
}

/** What decides about a difference. */
export interface Comparison {
  /** Differences that slipway.yml allows. */
  allowed: readonly DifferenceConfig[];
  /** Repositories of the app's images. */
  own: readonly string[];
}

/** A part that one environment has, and the objects that have it. */
interface Found {
  kind: PartKind;
  of: Set<string>;
  /** The other environment can have it in another way. */
  minor: boolean;
}

/** What is tried in one environment, and is missing or another in the next. */
export function differenceFindings({ from, to }: Pair, { allowed, own }: Comparison): Finding[] {
  const [tried, used] = [byName(from), byName(to)];
  if (haveNothingInCommon(tried, used)) return [missing('every process', to, notComparable(from, to), 'possible')];
  const lost = [...tried].filter(([name, one]) => !used.has(name) && !standsBehind(one, tried));
  const both = [...tried].flatMap(([name, one]) => {
    const other = used.get(name);
    return other === undefined ? [] : [[one, other] as const];
  });
  const parts = both.flatMap(([one, other]) => lacking(partsOf(one, own), partsOf(other, own)));
  const leads = (object: KubeObject) => (object.kind === 'Service' ? leadingTo(object.metadata.name, parts) : []);
  const known = new Set(lost.flatMap(([, object]) => leads(object)));
  const differences = [
    ...lost.map(([name, object]) => lostObject(name, object, leads(object), from, to)),
    ...grouped(parts.filter((part) => !known.has(part))).map(([name, found]) => lostPart(name, found, from, to)),
    ...both.flatMap(([one, other]) => otherVersions(partsOf(one, own), partsOf(other, own), from, to)),
  ];
  return differences.filter(({ what, of }) => !allowed.some((one) => permits(one, what, of))).map((one) => one.finding);
}

type ByName = ReadonlyMap<string, KubeObject>;

/** Some teams have the name of the environment in that of each object: staging-web, web-staging. */
function byName({ environment, objects }: Side): ByName {
  const shared = (name: string) => name.replace(`-${environment}`, '').replace(`${environment}-`, '');
  return new Map(objects.filter(isCompared).map((one) => [`${one.kind} ${shared(one.metadata.name)}`, one]));
}

function haveNothingInCommon(tried: ByName, used: ByName): boolean {
  const [own, others] = [tried, used].map((all) => [...all.keys()].filter((name) => PROCESS.test(name))) as [
    string[],
    string[],
  ];
  return own.length > 0 && others.length > 0 && !own.some((name) => others.includes(name));
}

const PROCESS = /^(Deployment|StatefulSet|DaemonSet) /;

function notComparable({ environment: from }: Side, { environment: to }: Side): string {
  return `${from} and ${to} have no process of the same name, so nothing else of them is compared`;
}

/** The Deployment of a service: its Service is named. */
function standsBehind(object: KubeObject, tried: ByName): boolean {
  return object.kind !== 'Service' && isService(object) && tried.has(`Service ${object.metadata.name}`);
}

type Lost = Part & { minor: boolean };

/** The variables that hold the address of a Service, with those of the same prefix: CACHE_HOST, and so CACHE_PORT. */
function leadingTo(service: string, parts: readonly Lost[]): Lost[] {
  const variables = parts.filter(({ kind }) => kind === 'variable');
  const prefixOf = ({ name }: Lost) => name.slice(0, name.lastIndexOf('_') + 1);
  const naming = variables.filter(({ value = '' }) => value.split(/[^a-z0-9-]+/i).includes(service));
  const prefixes = new Set(naming.map(prefixOf).filter((prefix) => prefix !== ''));
  return variables.filter((part) => naming.includes(part) || prefixes.has(prefixOf(part)));
}

interface Difference {
  /** As slipway.yml allows it: `variable DEBUG`, `Service cache`. */
  what: string;
  of: readonly string[];
  finding: Finding;
}

/** `where` names the object, with or without its kind; all objects that have the difference must be allowed. */
function permits({ what, where }: DifferenceConfig, own: string, of: readonly string[]): boolean {
  if (what !== own) return false;
  return where === undefined || of.every((one) => one === where || one.split(' ').at(-1) === where);
}

function lostObject(what: string, object: KubeObject, leads: readonly Lost[], from: Side, to: Side): Difference {
  const names = [...new Set(leads.map(({ name }) => name.replace('variable ', '')))].join(', ');
  const also = names === '' ? '' : `, nor the variables that lead to it (${names})`;
  const seen = `${from.environment} has ${what}, and ${to.environment} has none of this name${also}`;
  // A managed service can stand for one in the cluster, by the same variables.
  const isReplaced = isService(object) && leads.every(({ minor }) => minor);
  const confidence: Confidence = isReplaced || !MATTERS.includes(object.kind) ? 'possible' : 'likely';
  return { what, of: [what], finding: missing(what, to, seen, confidence) };
}

/** Kinds whose absence changes what the app does. */
const MATTERS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Service'];

/** The parts of one that the other lacks. Where it reads a further Secret, that may hold its variables. */
function lacking(own: readonly Part[], others: readonly Part[]): Lost[] {
  const names = new Set(others.map(({ name }) => name));
  const ownNames = new Set(own.map(({ name }) => name));
  const hasMore = others.some(({ kind, name }) => kind === 'variables' && !ownNames.has(name));
  const goneContainers = own.filter(({ kind, name }) => kind === 'container' && !names.has(name));
  const isOfGone = ({ name }: Part) => goneContainers.some((gone) => name.endsWith(` of ${gone.name}`));
  return own
    .filter((part) => part.kind !== 'version' && !names.has(part.name) && !isOfGone(part))
    .map((part) => ({ ...part, minor: part.kind === 'variable' && hasMore }));
}

/** The same part of several objects is one difference. */
function grouped(parts: readonly Lost[]): [string, Found][] {
  const all = new Map<string, Found>();
  for (const { kind, name, of, minor } of parts) {
    const one = all.get(name) ?? { kind, of: new Set(), minor: true };
    one.of.add(of);
    all.set(name, { ...one, minor: one.minor && minor });
  }
  return [...all];
}

const CERTAIN: readonly PartKind[] = ['variable', 'mount', 'probe', 'container'];

function lostPart(what: string, { kind, of, minor }: Found, from: Side, to: Side): Difference {
  const seen = `${from.environment} has ${what} in ${[...of].join(', ')}, and ${to.environment} does not`;
  const confidence: Confidence = CERTAIN.includes(kind) && !minor ? 'likely' : 'possible';
  return { what, of: [...of], finding: missing(what, to, seen, confidence) };
}

function missing(what: string, { environment }: Side, seen: string, confidence: Confidence): Finding {
  return finding('missing-in-environment', {
    where: { environment, object: what },
    confidence,
    seen,
    remedy: `Give it to ${environment} as well. If the difference is wanted, allow it: \`preflight.differences: [{ what: "${what}", because: … }]\`.`,
  });
}

function otherVersions(own: readonly Part[], others: readonly Part[], from: Side, to: Side): Difference[] {
  return own.flatMap(({ kind, name, value, of }) => {
    const other = others.find((one) => one.kind === 'version' && one.name === name);
    if (kind !== 'version' || other === undefined || other.value === value) return [];
    const { environment } = to;
    const versions = `${from.environment} runs ${value ?? 'no tag'}, and ${environment} runs ${other.value ?? 'no tag'}`;
    const found = finding('other-version', {
      where: { environment, object: of },
      confidence: 'possible',
      seen: `${name}: ${versions}`,
      remedy: `Run the same version in ${environment}, or allow the difference: \`preflight.differences: [{ what: "${name}", because: … }]\`.`,
      key: name,
    });
    return [{ what: name, of: [of], finding: found }];
  });
}
