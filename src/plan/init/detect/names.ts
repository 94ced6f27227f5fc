import { baseOf, type Found, type Repository } from '../repository.ts';

/** A name as slipway.yml takes it: lower-case letters, digits and "-", beginning with a letter, at most `longest` characters. */
export function labelOf(name: string, longest = 24): string {
  const label = name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longest)
    .replace(/-+$/, '');
  return label === '' ? 'app' : label;
}

/** Names of pods and objects of Slipway's own. */
const RESERVED = ['migration', 'seed', 'database', 'service', 'template', 'drop'];

/** A name of a process, a cron or a service that is neither reserved nor taken; it counts as taken from then on. */
export function freeName(name: string, taken: Set<string>, longest = 24): string {
  const label = labelOf(name, longest);
  const base = RESERVED.includes(label) ? labelOf(`app-${label}`, longest) : label;
  let free = base;
  for (let number = 2; taken.has(free); number++) free = `${labelOf(base, longest - 3)}-${number}`;
  taken.add(free);
  return free;
}

/** What the URL of a remote names. */
export interface Remote {
  host: string;
  owner: string;
  name: string;
}

/** `https://github.com/acme/parking.git`, `git@github.com:acme/parking.git`, `ssh://git@github.com/acme/parking`. */
export function remoteOf(origin: string | undefined): Remote | undefined {
  const rest =
    origin
      ?.slice(0, 1_000)
      .replace(/^[a-z+]+:\/\//, '')
      .replace(/^[^@/]*@/, '') ?? '';
  const end = rest.search(/[:/]/);
  if (end < 1) return undefined;
  const path = rest.slice(end + 1).replace(/^\d+\//, '');
  const [owner, name, ...more] = path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/');
  if (!owner || !name || more.length > 0) return undefined;
  return { host: rest.slice(0, end).toLowerCase(), owner, name };
}

/** Objects in the cluster have this name and one of a process behind it. */
const LONGEST_APP = 32;

/** The name of the app: that of the repository on its remote, otherwise that of the folder. */
export function appName(repository: Repository): Found<string> {
  const remote = remoteOf(repository.origin);
  if (remote === undefined)
    return { value: labelOf(baseOf(repository.folder), LONGEST_APP), from: 'the name of the folder' };
  return { value: labelOf(remote.name, LONGEST_APP), from: `git remote ${remote.host}/${remote.owner}/${remote.name}` };
}
