import type { EnvironmentDrift, ObjectDrift } from '../plan/drift/report.ts';
import type { SummaryBlock } from '../stage-result.ts';
import { HIDDEN } from '../text/hide-secrets.ts';
import { shortDigests } from './markdown.ts';

const HEADER = ['field', 'recorded', 'live', 'who', 'when'];
const NOT_KNOWN = '(not known)';

/** The report on one environment: the release it is compared with, each object that drifted, and what to do. */
export function environmentBlocks(environment: EnvironmentDrift): SummaryBlock[] {
  const { release, objects, notes } = environment;
  const rows: [string, string][] = [
    ['environment', environment.environment],
    ['namespace', environment.namespace],
    ['compared with', release?.id ?? ''],
    ['image', release?.image ?? ''],
    ['commit', release?.commit ?? ''],
  ];
  return [
    { kind: 'facts', rows },
    { kind: 'text', text: driftHeadline(environment) },
    ...objects.flatMap(objectBlocks),
    ...notes.map((text): SummaryBlock => ({ kind: 'text', text: sentence(text) })),
    ...(objects.length > 0 ? whatToDo(objects) : []),
  ];
}

/** One sentence: the present state of an environment. */
export function driftHeadline({ environment, namespace, state, objects, release }: EnvironmentDrift): string {
  const where = `${environment} (${namespace})`;
  switch (state) {
    case 'drifted':
      return `${where} has drifted from ${release?.id}: ${counted(objects)}`;
    case 'as-recorded':
      return `${where} is as ${release?.id} left it`;
    case 'nothing-recorded':
      return `${where} has no release to compare with`;
    case 'under-way':
      return `${where} was not compared: a rollout is in progress`;
    case 'not-compared':
      return `${where} could not be compared`;
  }
}

/** `3 fields of 2 objects, 1 object deleted` */
function counted(objects: readonly ObjectDrift[]): string {
  const fields = objects.reduce((sum, object) => sum + object.fields.length, 0);
  const withFields = objects.filter((object) => object.fields.length > 0).length;
  const having = (state: ObjectDrift['state']) => objects.filter((object) => object.state === state).length;
  return [
    fields > 0 ? `${number(fields, 'field')} of ${number(withFields, 'object')} changed` : '',
    having('deleted') > 0 ? `${number(having('deleted'), 'object')} deleted` : '',
    having('left-over') > 0 ? `${number(having('left-over'), 'object')} left over` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function number(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const STATE: Record<ObjectDrift['state'], string> = {
  changed: 'changed',
  deleted: 'deleted',
  'left-over': 'left over',
  'changed-beside': 'changed beside the release',
};

function objectBlocks({ kind, name, state, note, fields }: ObjectDrift): SummaryBlock[] {
  const title = `${kind} ${name}: ${STATE[state]}`;
  const notes: SummaryBlock[] = note ? [{ kind: 'text', text: note }] : [];
  if (fields.length === 0) return [{ kind: 'text', text: note ? `${title}. ${note}` : `${title}.` }];
  const rows = fields.map(({ field, change, recorded, live, by, at }) => {
    const [was, is] = change === 'added' ? ['(none)', live] : [recorded, change === 'removed' ? '(removed)' : live];
    return [field, shortDigests(was ?? NOT_KNOWN), shortDigests(is ?? NOT_KNOWN), by ?? NOT_KNOWN, minuteOf(at)];
  });
  return [{ kind: 'table', title, header: HEADER, rows }, ...notes];
}

/** `2026-11-24T10:00:00Z` as `2026-11-24 10:00 UTC`. */
function minuteOf(at: string | null): string {
  return at === null ? '' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function whatToDo(objects: readonly ObjectDrift[]): SummaryBlock[] {
  const added = objects.some(({ fields }) => fields.some(({ change }) => change === 'added'));
  const lines = [
    'What to do: commit the changes that should stay, then roll out again: the rollout restores the recorded fields.',
    added ? 'A rollout does not remove added fields: remove them by hand.' : '',
    objects.some(({ state }) => state === 'left-over')
      ? 'Delete what is left over by hand, once it is clear that nobody needs it.'
      : '',
    '`drift.ignore` in slipway.yml lists what others may change.',
  ];
  return [{ kind: 'text', text: lines.filter((line) => line !== '').join(' ') }];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** For the log: `Deployment parking: spec.replicas: 2 → 5, by kubectl at 2026-11-24T10:00:00Z`. */
export function driftLines({ objects }: EnvironmentDrift): string[] {
  return objects.flatMap(({ kind, name, state, note, fields }) => {
    if (fields.length === 0) return [`${kind} ${name}: ${STATE[state]}${note ? `. ${note}` : ''}`];
    return fields.map(({ field, change, recorded, live, by, at }) => {
      const isShown = change === 'changed' && recorded !== null && recorded !== HIDDEN;
      const values = isShown ? `: ${recorded} → ${live}` : `: ${change}`;
      const who = by === null ? '' : `, by ${by}${at === null ? '' : ` at ${at}`}`;
      return `${kind} ${name}: ${field}${values}${who}`;
    });
  });
}
