import type { ComposeService } from '../read/compose.ts';
import { type Dependency, type Ecosystem, ecosystemOf, readDependencies } from '../read/dependencies.ts';
import { readProcfile } from '../read/procfile.ts';
import { expand } from '../read/words.ts';
import { at, baseOf, type Found, isBelow, linesOf, type Repository } from '../repository.ts';
import type { Part } from './parts.ts';

/** A part of the repository with what its detectors share. */
export interface View {
  repository: Repository;
  part: Part;
  /** Files in its folders. */
  paths: readonly string[];
  /** Its code, without tests. */
  sources: readonly string[];
  dependencies: readonly Dependency[];
  /** What starts in its containers: ENTRYPOINT, CMD, scripts that they call, the Procfile, commands of compose files. */
  starts: readonly Found<string>[];
  procfile: ReadonlyMap<string, Found<string>>;
  /** The compose service that answers requests: the first with ports, otherwise the first. */
  web: ComposeService | undefined;
}

const CODE = /\.(py|rb|ru|php|js|mjs|cjs|ts|mts|jsx|tsx|go|java|kt|ex|exs|cs|rs)$/;
const TEST =
  /(^|\/)(tests?|spec|specs|__tests__|e2e|cypress|testdata|benchmarks?|docs|examples?|scripts|tools|\.[^/]+)\/|[._-](test|spec)s?\.\w+$|_test\.\w+$|(^|\/)(test_\w+|conftest)\.py$|Tests?\.(java|kt|cs)$/;

/** @param others folders of other parts, whose files are not those of this one */
export function viewOf(repository: Repository, part: Part, others: readonly string[]): View {
  const foreign = others.filter((folder) => folder !== '' && !part.folders.includes(folder));
  const inOwn = (path: string) => part.folders.some((folder) => isBelow(path, folder));
  const paths = repository.paths.filter(
    (path) =>
      inOwn(path) && !foreign.some((folder) => isBelow(path, folder) && !isBelow(part.folders[0] ?? '', folder)),
  );
  const sources = paths.filter((path) => CODE.test(path) && !TEST.test(path));
  const dependencies = readDependencies(repository, paths.filter((path) => !TEST.test(path)).filter(ecosystemOf));
  const procfile = readProcfile(repository, part.context.value);
  const web = part.services.find(({ ports }) => ports.length > 0) ?? part.services[0];
  return {
    repository,
    part,
    paths,
    sources,
    dependencies,
    procfile,
    web,
    starts: startsOf(repository, part, paths, procfile, web),
  };
}

/** The first dependency with one of these names; those of production first. */
export function dependency({ dependencies }: View, ecosystem: Ecosystem, ...names: string[]): Dependency | undefined {
  return dependencies.find((one) => one.ecosystem === ecosystem && names.includes(one.name));
}

function startsOf(
  repository: Repository,
  { facts }: Part,
  paths: readonly string[],
  procfile: View['procfile'],
  web: ComposeService | undefined,
): Found<string>[] {
  const { entrypoint, cmd, env } = facts;
  const own = [cmd, entrypoint].filter((one) => one !== undefined);
  const words = [...own, web?.command].flatMap((one) => one?.value ?? []).map((word) => word.slice(0, 500));
  const scripts = words.flatMap((word) => scriptsNamed(repository, paths, word));
  return [
    ...own.map(({ value, from }) => ({ value: commandText(value), from })),
    ...[...new Set(scripts)].flatMap((path) =>
      linesOf(repository, path).flatMap((line, index) => {
        const text = line.trim();
        return text === '' || text.startsWith('#') || text.length > 300
          ? []
          : [{ value: expand(text, env), from: at(path, index + 1, text) }];
      }),
    ),
    ...[procfile.get('web')].filter((one) => one !== undefined),
    ...(web?.command === undefined ? [] : [{ value: commandText(web.command.value), from: web.command.from }]),
  ];
}

/** Longer commands are cut: patterns read them. */
const LONGEST_COMMAND = 1_000;

/** The words of a command as one bounded text. */
export function commandText(words: readonly string[]): string {
  return words.join(' ').slice(0, LONGEST_COMMAND);
}

/** Scripts of the repository that a word of a command names: `/app/docker/entrypoint.sh`, `./boot.sh`, `bin/server`. */
function scriptsNamed(repository: Repository, paths: readonly string[], word: string): string[] {
  const name = baseOf(word.replace(/[;&|)]+$/, ''));
  if (
    name === '' ||
    (!/\.(sh|bash)$|entrypoint|^(start|server|run|boot|docker-start)$/.test(word) && !/\.(sh)\b/.test(name))
  )
    return [];
  const matching = paths.filter((path) => baseOf(path) === name && repository.text(path) !== undefined);
  const [nearest] = matching.sort((a, b) => a.split('/').length - b.split('/').length);
  return nearest === undefined ? [] : [nearest];
}
