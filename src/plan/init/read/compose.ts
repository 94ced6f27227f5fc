import type { YamlNode } from '../../../text/yaml/node.ts';
import { at, type Found, folderOf, type Repository, resolvePath } from '../repository.ts';
import { isPort } from './dockerfile.ts';
import { expand, wordsOf } from './words.ts';
import { entriesOf, itemsOf, nodeAt, readYaml, textAt, textOf, type YamlFile } from './yaml.ts';

/** A service of a compose file. @see https://github.com/compose-spec/compose-spec/blob/main/spec.md */
export interface ComposeService {
  name: string;
  /** The file that it stands in, and its line. */
  file: string;
  line: number;
  image: string | undefined;
  /** Folder of the build, and the Dockerfile in the repository. */
  build: ComposeBuild | undefined;
  command: Found<string[]> | undefined;
  /** Ports in the container; `published`: also on the machine. */
  ports: (Found<number> & { published: boolean })[];
  /** The text of its health check. */
  health: Found<string> | undefined;
  env: Map<string, Found<string>>;
  /** It starts only when asked for. */
  optional: boolean;
}

export interface ComposeBuild {
  context: string;
  dockerfile: string;
  target: string | undefined;
  /** Named contexts: name → folder of the repository, or docker-image://<reference>. */
  contexts: Record<string, string>;
  /** Named contexts of another kind. */
  otherContexts: string[];
}

const COMPOSE = /(^|\/)[^/]*(docker-|podman-)?compose[^/]*\.ya?ml$/;
const NOT_DEPLOYED =
  /(^|[./_-])(test|tests|testing|ci|e2e|cypress|devcontainer|docs?|document|logging|monitoring|otel|example|examples|generators?)([./_-]|$)/i;
const PRODUCTION = /(^|[./_-])(prod|production|deploy|release)([./_-]|$)/i;
const DEVELOPMENT = /(^|[./_-])(dev|development|local|override|debug)([./_-]|$)/i;

/** Paths of compose files: those of production first, then the plain ones, then those of development. */
export function composeFiles(repository: Repository): string[] {
  const rank = (path: string) => (PRODUCTION.test(path) ? 0 : DEVELOPMENT.test(path) ? 2 : 1);
  return repository.paths
    .filter((path) => COMPOSE.test(path) && !path.includes('.github/') && !NOT_DEPLOYED.test(path))
    .filter((path) => path.split('/').length <= 4)
    .sort((a, b) => rank(a) - rank(b) || a.split('/').length - b.split('/').length);
}

/** The services of all compose files. */
export function readCompose(repository: Repository): ComposeService[] {
  const services = composeFiles(repository).flatMap((path) => {
    const file = readYaml(repository.text(path) ?? '');
    const named = nodeAt(file.documents[0], 'services');
    return entriesOf(named).map(([name, node]) => serviceOf(repository, path, file, name, node));
  });
  // Compose merges the files that it is given: one names the image, another one adds to it.
  return services.map((service) => {
    if (service.build !== undefined || service.image !== undefined) return service;
    const whole = services.find(
      ({ name, file, build, image }) =>
        name === service.name && folderOf(file) === folderOf(service.file) && (build ?? image) !== undefined,
    );
    return { ...service, build: whole?.build, image: whole?.image };
  });
}

function serviceOf(repository: Repository, path: string, file: YamlFile, name: string, node: YamlNode): ComposeService {
  const here = (part: YamlNode, what: string) => at(path, file.lineOf(part), what);
  const command = nodeAt(node, 'command');
  const words = command === undefined ? [] : commandWords(command);
  const health = nodeAt(node, 'healthcheck', 'test');
  const healthText = itemsOf(health)
    .map((item) => textOf(item) ?? '')
    .join(' ');
  return {
    name,
    file: path,
    line: file.lineOf(node),
    image: expandedText(textAt(node, 'image')),
    build: buildOf(path, nodeAt(node, 'build')),
    command:
      command === undefined || words.length === 0
        ? undefined
        : { value: words, from: here(command, `services.${name}.command`) },
    ports: [
      ...itemsOf(nodeAt(node, 'ports')).flatMap((item) => portOf(item, here(item, `services.${name}.ports`), true)),
      ...itemsOf(nodeAt(node, 'expose')).flatMap((item) => portOf(item, here(item, `services.${name}.expose`), false)),
    ],
    health:
      health && healthText !== ''
        ? { value: healthText, from: here(health, `services.${name}.healthcheck`) }
        : undefined,
    env: envOf(repository, path, file, node),
    optional: nodeAt(node, 'profiles') !== undefined,
  };
}

function expandedText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : expand(text, new Map());
}

function commandWords(node: YamlNode): string[] {
  if (node.kind === 'scalar') return wordsOf(node.text.replace(/\s+/g, ' '));
  return itemsOf(node).flatMap((item) => textOf(item) ?? []);
}

function buildOf(path: string, node: YamlNode | undefined): ComposeService['build'] {
  if (node === undefined) return undefined;
  const context = resolvePath(folderOf(path), expand(textOf(node) ?? textAt(node, 'context') ?? '.', new Map()));
  if (context === undefined || nodeAt(node, 'dockerfile_inline')) return undefined;
  const dockerfile = resolvePath(context, textAt(node, 'dockerfile') ?? 'Dockerfile');
  if (dockerfile === undefined) return undefined;
  return { context, dockerfile, target: textAt(node, 'target'), ...contextsOf(path, node) };
}

/** Of a stage or an image. */
const CONTEXT_NAME = /^(?!\d+$|scratch$|context$)[a-z0-9][a-z0-9._/:@-]{0,200}$/;

/** `{ name: value }`, or a list of `name=value`. */
function contextsOf(path: string, node: YamlNode): Pick<ComposeBuild, 'contexts' | 'otherContexts'> {
  const given = nodeAt(node, 'additional_contexts');
  const pairs = [
    ...entriesOf(given).map(([name, value]) => [name, textOf(value) ?? ''] as const),
    ...itemsOf(given).map((item) => pair(textOf(item) ?? '')),
  ];
  const contexts: Record<string, string> = {};
  const otherContexts: string[] = [];
  for (const [name, text] of pairs) {
    const value = expand(text, new Map());
    const isFolder = value !== '' && !/^[a-z0-9+.-]*:|^git@|^\//i.test(value);
    const folder = isFolder ? resolvePath(folderOf(path), value) : undefined;
    if (!CONTEXT_NAME.test(name)) otherContexts.push(name);
    else if (folder !== undefined) contexts[name] = folder === '' ? '.' : folder;
    else if (value.startsWith('docker-image://')) contexts[name] = value;
    else otherContexts.push(name);
  }
  return { contexts, otherContexts };
}

/** `"8080:80"`, `127.0.0.1:8080:80/tcp`, `80`, `{ target: 80, published: 8080 }`. */
function portOf(node: YamlNode, from: string, published: boolean): ComposeService['ports'] {
  const text = expand(textOf(node) ?? textAt(node, 'target') ?? '', new Map());
  const [numbers = '', protocol = 'tcp'] = text.split('/');
  const port = Number(numbers.split(':').at(-1)?.split('-')[0]);
  return protocol === 'tcp' && isPort(port) ? [{ value: port, from, published }] : [];
}

function envOf(repository: Repository, path: string, file: YamlFile, node: YamlNode): ComposeService['env'] {
  const env: ComposeService['env'] = new Map();
  for (const item of itemsOf(nodeAt(node, 'env_file'))) {
    const name = resolvePath(folderOf(path), textOf(item) ?? textAt(item, 'path') ?? '');
    if (name !== undefined) for (const [key, found] of readEnvFile(repository, name)) env.set(key, found);
  }
  const own = nodeAt(node, 'environment');
  const pairs: [string, string, YamlNode][] =
    own?.kind === 'sequence'
      ? own.items.map((item) => [...pair(textOf(item) ?? ''), item])
      : entriesOf(own).map(([name, value]) => [name, textOf(value) ?? '', value]);
  for (const [name, value, where] of pairs) {
    if (name !== '') env.set(name, { value: expand(value, plain(env)), from: at(path, file.lineOf(where), name) });
  }
  return env;
}

function plain(env: ComposeService['env']): Map<string, string> {
  return new Map([...env].map(([name, { value }]) => [name, value]));
}

function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** A file of `NAME=value` lines; a sample in its place counts where the file itself is not in the repository. */
export function readEnvFile(repository: Repository, path: string): [string, Found<string>][] {
  const name = [path, `${path}.example`, `${path}.sample`, `${path}-sample`, `${path}.dist`].find(
    (one) => repository.text(one) !== undefined,
  );
  if (name === undefined) return [];
  return (repository.text(name) ?? '').split(/\r?\n/).flatMap((line, index): [string, Found<string>][] => {
    const [, key, value = ''] = /^(?:export )?([A-Za-z_]\w*)=(.*)$/.exec(line.slice(0, 500)) ?? [];
    if (key === undefined) return [];
    return [[key, { value: value.trim().replace(/^["']|["']$/g, ''), from: at(name, index + 1, key) }]];
  });
}
