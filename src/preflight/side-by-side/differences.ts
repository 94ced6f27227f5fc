import type { DifferenceConfig } from '../../config/preflight-schema.ts';
import { fields } from '../../objects/fields.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { isHeadless, selects } from '../objects/observed.ts';
import { type ByName, byName, haveNothingInCommon, type Side, withoutEnvironment } from './names.ts';
import { isService, type Part, type PartKind, partsOf } from './parts.ts';

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
  const [tried, used] = [byName(from, to), byName(to, from)];
  if (haveNothingInCommon(tried, used)) return [missing('every process', to, notComparable(from, to), 'possible')];
  const lost = [...tried].flatMap(([key, one]) => (used.has(key) || standsBehind(one.object, tried) ? [] : [one]));
  const both = [...tried].flatMap(([key, { object }]) => {
    const other = used.get(key)?.object;
    return other === undefined ? [] : [[object, other] as const];
  });
  const namesOf = ({ environment }: Side) => ({
    own,
    shared: (name: string) => withoutEnvironment(name, environment),
  });
  const compared = both.map(([one, other]) => [partsOf(one, namesOf(from)), partsOf(other, namesOf(to))] as const);
  const parts = compared.flatMap(([one, other]) => lacking(one, other));
  const leads = (object: KubeObject) => (object.kind === 'Service' ? leadingTo(object.metadata.name, parts) : []);
  const known = new Set(lost.flatMap(({ object }) => leads(object)));
  const differences = [
    ...lost.map(({ name, object }) => {
      const isReplaced = isOptional(object, from, used);
      return lostObject(name, { object, leads: leads(object), isReplaced }, from, to);
    }),
    ...grouped(parts.filter((part) => !known.has(part))).map(([name, found]) => lostPart(name, found, from, to)),
    ...compared.flatMap(([one, other]) => otherVersions(one, other, from, to)),
  ];
  return differences.filter(({ what, of }) => !allowed.some((one) => permits(one, what, of))).map((one) => one.finding);
}

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

interface Gone {
  object: KubeObject;
  /** The variables that lead to it. */
  leads: readonly Lost[];
  /** Something else can stand for it. */
  isReplaced: boolean;
}

function lostObject(what: string, { object, leads, isReplaced }: Gone, from: Side, to: Side): Difference {
  const names = [...new Set(leads.map(({ name }) => name.replace('variable ', '')))].join(', ');
  const also = names === '' ? '' : `, nor the variables that lead to it (${names})`;
  const seen = `${from.environment} has ${what}, and ${to.environment} has none of this name${also}`;
  // A managed service can stand for one in the cluster, by the same variables.
  const isManaged = isReplaced || (isService(object) && leads.every(({ minor }) => minor));
  const confidence: Confidence = isManaged || !MATTERS.includes(object.kind) ? 'possible' : 'likely';
  return { what, of: [what], finding: missing(what, to, seen, confidence) };
}

/** Kinds whose absence changes what the app does. */
const MATTERS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'CronJob', 'Service'];

/** A headless Service is a part of its pods; the name of a lost database can lead to a managed one: an ExternalName. */
function isOptional(object: KubeObject, from: Side, used: ByName): boolean {
  if (object.kind === 'Service') return isHeadless(object);
  const template = podTemplateOf(object);
  if (template === undefined) return false;
  const before = from.objects.filter(
    ({ kind, spec }) => kind === 'Service' && selects(fields(spec).selector, template),
  );
  return before.some(({ metadata: { name } }) => {
    const other = used.get(`Service ${name}`)?.object;
    return other !== undefined && Object.keys(fields(fields(other.spec).selector)).length === 0;
  });
}

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
