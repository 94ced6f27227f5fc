import type { Entry, Plain } from '../../../text/yaml/commented.ts';
import type { FoundProcess } from '../detect/processes.ts';
import { type Findings, frontOf } from '../findings.ts';
import { ask, noteOf } from './notes.ts';
import { repositoryOf } from './unknown.ts';

/** The entries of `deploy`: objects of the team, or processes and crons. */
export function deployEntries(findings: Findings): Entry[] {
  const { objects, address, crons } = findings;
  const env = [...address].map(([key, found]): Entry => ({ key, value: found.value, note: noteOf(found) }));
  const common: Entry[] = [
    ...migrate(findings),
    ...(env.length === 0 || objects !== undefined ? [] : [{ key: 'env', value: { entries: env } }]),
  ];
  for (const library of findings.queues) {
    common.push({
      comment: ask(`the command of a worker (${library}), as one of deploy.processes (docs/processes.md)`),
    });
  }
  if (objects !== undefined) return [...ownObjects(findings), ...common];
  const processes = findings.processes;
  const [only, ...others] = processes;
  const isShort = only !== undefined && others.length === 0 && findings.parts.length === 1 && only.name === 'web';
  return [
    ...(isShort ? serving(only) : []),
    ...common,
    ...(isShort ? [] : [{ key: 'processes', value: { entries: longForm(findings) } }]),
    ...(crons.length === 0 ? [] : [{ key: 'crons', value: { entries: cronEntries(findings) } }]),
  ];
}

function migrate({ migrate: found, parts, objects, services }: Findings): Entry[] {
  if (objects?.kind === 'helm') return [];
  if (found === undefined) {
    const question = 'migrate: the command that migrates the database, if there is one';
    return services.database === undefined ? [] : [{ comment: ask(question) }];
  }
  const { command, image } = found;
  const value: Plain = parts.length > 1 ? { image, command: command.value } : command.value;
  return [{ key: 'migrate', value, note: noteOf(command) }];
}

const HEALTH = { comment: ask('health: a path that answers 200 to 399; without it, the port must accept connections') };

/** Port, health check and command of a process. */
function serving({ port, health, command, isPublic }: FoundProcess): Entry[] {
  return [
    ...(port === undefined
      ? [{ key: 'port', value: 8080, note: ask('the port that the app listens on; Slipway sets PORT to it') }]
      : [{ key: 'port', value: port.value, note: noteOf(port) }]),
    ...(health === undefined ? [] : [{ key: 'health', value: health.value, note: noteOf(health) }]),
    ...commandEntry(command),
    ...(health === undefined && isPublic ? [HEALTH] : []),
  ];
}

function commandEntry(command: FoundProcess['command']): Entry[] {
  return command === undefined ? [] : [{ key: 'command', value: command.value, note: noteOf(command) }];
}

function longForm({ processes, parts }: Findings): Entry[] {
  const front = frontOf(processes);
  return processes.map((process): Entry => {
    // Requests need a process with a port.
    if (front === undefined && process === processes[0]) return unknownPort(process, parts.length > 1);
    const { name, image, port, health, command, from, guess, isPublic } = process;
    const own: Entry[] = parts.length > 1 ? [{ key: 'image', value: image }] : [];
    if (port === undefined)
      return {
        key: name,
        value: { entries: orEmpty([...own, ...commandEntry(command)]) },
        note: noteOf({ from, guess }),
      };
    const entries = [
      ...own,
      { key: 'port', value: port.value, note: noteOf(port) },
      ...(health === undefined
        ? isPublic
          ? [HEALTH]
          : []
        : [{ key: 'health', value: health.value, note: noteOf(health) }]),
      ...commandEntry(command),
      ...reach(process, front, processes),
    ];
    return { key: name, value: { entries }, note: parts.length > 1 ? noteOf({ from, guess }) : undefined };
  });
}

function unknownPort(process: FoundProcess, several: boolean): Entry {
  const entries: Entry[] = [
    ...(several ? [{ key: 'image', value: process.image }] : []),
    ...serving(process),
    ...(several ? [{ key: 'paths', value: ['/'] }] : []),
  ];
  return { key: process.name, value: { entries } };
}

/** How requests from outside reach a process: one has `/`, others a host of their own, or none. */
function reach(process: FoundProcess, front: FoundProcess | undefined, all: readonly FoundProcess[]): Entry[] {
  if (all.filter(({ port }) => port !== undefined).length < 2) return [];
  if (process === front)
    return [{ key: 'paths', value: ['/'], note: noteOf({ from: 'its name and ports', guess: true }) }];
  if (!process.isPublic)
    return [{ key: 'paths', value: [], note: noteOf({ from: `${process.from}: no published port` }) }];
  return [{ key: 'host', value: `${process.name}-{host}`, note: noteOf({ from: process.from, guess: true }) }];
}

function orEmpty(entries: Entry[]): Entry[] {
  return entries.length > 0 ? entries : [{ key: 'replicas', value: 1 }];
}

function cronEntries({ crons, parts }: Findings): Entry[] {
  return crons.map(
    ({ name, image, schedule, command, from, guess }): Entry => ({
      key: name,
      value: {
        entries: [
          ...(parts.length > 1 ? [{ key: 'image', value: image }] : []),
          { key: 'schedule', value: schedule },
          { key: 'command', value: command },
        ],
      },
      note: noteOf({ from, guess }),
    }),
  );
}

function ownObjects(findings: Findings): Entry[] {
  const { objects } = findings;
  if (objects === undefined) return [];
  const others = objects.others.length === 0 ? '' : `; also there: ${objects.others.slice(0, 3).join(', ')}`;
  const note = noteOf({ from: `${objects.from}${others}`, guess: objects.guess });
  const open = objects.openService;
  const refused: Entry[] =
    open === undefined ? [] : [{ comment: ask(`a review environment takes Services of type ClusterIP only: ${open}`) }];
  if (objects.kind !== 'helm') return [{ key: objects.kind, value: objects.path, note }, ...refused];
  const set = Object.fromEntries([...objects.set].map(([path, name]) => [path, valueFor(findings, name)]));
  return [
    {
      key: 'helm',
      note,
      value: {
        entries: [
          { key: 'chart', value: objects.path },
          ...(objects.values === undefined ? [] : [{ key: 'values', value: [objects.values] }]),
          ...(objects.set.size === 0
            ? []
            : [{ key: 'set', value: set, note: noteOf({ from: `${objects.path}/values.yaml` }) }]),
        ],
      },
    },
  ];
}

/** The repository of a part; for `*` the folder that holds those of all parts. */
function valueFor(findings: Findings, name: string): string {
  if (name !== '*') return repositoryOf(findings, name).value;
  const [first] = findings.parts;
  const repository = first === undefined ? '' : repositoryOf(findings, first.name).value;
  return repository.slice(0, repository.lastIndexOf('/'));
}
