import { tryReference } from '../../../objects/image-reference.ts';
import type { YamlNode } from '../../../text/yaml/node.ts';
import { entriesOf, itemsOf, nodeAt, readYaml, textAt, textOf, walk } from '../read/yaml.ts';
import { at, baseOf, folderOf, isBelow, type Repository, search } from '../repository.ts';
import { openTypes } from './service-types.ts';

/** Objects of the team that describe how the app runs. */
export interface OwnObjects {
  kind: 'helm' | 'kustomize' | 'manifests';
  /** Folder; `{environment}` stands for the name of an environment. */
  path: string;
  from: string;
  guess: boolean;
  /** Repository of each image, as the objects name it, by the name of the part. */
  repositories: Map<string, string>;
  /** Values of the chart that take the repository of an image: path → name of the part; `*`: the folder of all of them. */
  set: Map<string, string>;
  /** Values files for environments, with `{environment}`. */
  values: string | undefined;
  /** Names that the folders or files give to environments. */
  environments: string[];
  /** Folder for review environments, where `{environment}` does not have one. */
  review: string | undefined;
  /** Others that were found as well. */
  others: string[];
  /** All images that the objects name. */
  images: string[];
  /** Registry and folder of all images, where a value of the chart is one. */
  registry: string | undefined;
  /** A Service that a review environment refuses, because of its type. */
  openService: string | undefined;
  /** Values of the chart with such a type: path → where it stands. */
  openTypes: Map<string, string>;
  /** One of them gives the app a host: an Ingress or a route. */
  hasRoute: boolean;
}

interface Named {
  name: string;
}

const ROUTE = /^\s*kind:\s*["']?(Ingress|HTTPRoute|IngressRoute|VirtualService|Route)\b/;
const NOT_DEPLOYED = /(^|\/)(tests?|examples?|docs?|fixtures|\.[^/]+|node_modules|vendor|testdata)\//;

export function detectObjects(repository: Repository, parts: readonly Named[], app: string): OwnObjects | undefined {
  const found = [
    ...charts(repository, parts, app),
    ...kustomizations(repository, parts, app),
    ...manifests(repository, parts, app),
  ];
  const [first, ...others] = found.filter(({ repositories, set }) => repositories.size + set.size > 0);
  if (first === undefined) return undefined;
  const beside = others.map(({ path }) => path);
  const folder = first.path.replace(/\/\{environment\}$/, '');
  const lines = repository.paths.filter((path) => isBelow(path, folder) && /\.(ya?ml|tpl)$/.test(path));
  const images = search(repository, lines, /\bimage:\s*["']?([\w./:@-]+)/).map(({ groups }) => groups[0] ?? '');
  const bundled = search(repository, [`${folder}/Chart.yaml`], /^\s*-?\s*name:\s*([\w-]+)/).map(
    ({ groups }) => groups[0] ?? '',
  );
  const [open] =
    first.kind === 'helm' ? [] : search(repository, lines, /^\s*type:\s*["']?(NodePort|LoadBalancer)\b/, 1);
  return {
    ...first,
    guess: first.guess || beside.length > 0,
    others: beside,
    images: [...images, ...bundled],
    openService: open && at(open.path, open.line, open.text),
    hasRoute: search(repository, lines, ROUTE, 1).length > 0,
  };
}

/** The part that an image is of, by the last segment of its repository: `acme/parking-api` is `api` of `parking`. */
function partOf(image: string, parts: readonly Named[], app: string): string | undefined {
  const last = tryReference(image)?.path.split('/').at(-1) ?? image.split('/').at(-1) ?? '';
  const exact = parts.find(({ name }) => name === last);
  if (exact !== undefined) return exact.name;
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0) return last === app || app.endsWith(`-${last}`) ? only.name : undefined;
  return parts.find(({ name }) => last.endsWith(`-${name}`) || last.endsWith(`_${name}`))?.name;
}

const empty = () => ({
  repositories: new Map<string, string>(),
  set: new Map<string, string>(),
  others: [],
  images: [],
  registry: undefined,
  openService: undefined,
  openTypes: new Map<string, string>(),
  hasRoute: false,
});

function charts(repository: Repository, parts: readonly Named[], app: string): OwnObjects[] {
  const files = repository.paths.filter((path) => baseOf(path) === 'Chart.yaml' && !NOT_DEPLOYED.test(path));
  const folders = files.map(folderOf);
  const own = folders.filter(
    (folder) => !folders.some((other) => other !== folder && isBelow(folder, `${other}/charts`.replace(/^\//, ''))),
  );
  return own.flatMap((folder): OwnObjects[] => {
    const chart = readYaml(repository.text(`${folder}/Chart.yaml`) ?? '').documents[0];
    if (folder === '' || textAt(chart, 'type') === 'library') return [];
    const { set, registry } = imageValues(repository, folder, parts, app);
    const files = valuesByEnvironment(repository, folder);
    return [
      {
        ...empty(),
        kind: 'helm',
        path: folder,
        from: at(`${folder}/Chart.yaml`),
        guess: false,
        set,
        registry,
        openTypes: openTypes(repository, folder),
        values: files.pattern,
        environments: files.environments,
        review: undefined,
      },
    ];
  });
}

/** Values of values.yaml that name an image of the app: `image.repository`, or `image` itself. */
function imageValues(
  repository: Repository,
  folder: string,
  parts: readonly Named[],
  app: string,
): { set: Map<string, string>; registry: string | undefined } {
  const values = readYaml(repository.text(`${folder}/values.yaml`) ?? '').documents[0];
  const images = [...imagesIn(values, [])];
  const set = new Map<string, string>();
  for (const { path, image } of images) {
    const part = partOf(image, parts, app);
    if (part !== undefined) set.set(path, part);
  }
  const [only, ...more] = images.filter(({ path }) => path === 'image.repository' || path === 'images.repository');
  if (set.size > 0 || only === undefined || more.length > 0) return { set, registry: undefined };
  // One image of another name is still that of the app; for several, it is the folder that holds them.
  set.set(only.path, parts.length === 1 ? (parts[0]?.name ?? app) : '*');
  const reference = tryReference(only.image);
  return { set, registry: parts.length > 1 && only.image.includes('.') ? reference?.repository : undefined };
}

function* imagesIn(node: YamlNode | undefined, path: string[]): Generator<{ path: string; image: string }> {
  for (const [key, value] of entriesOf(node)) {
    const here = [...path, key];
    const text = textOf(value);
    if (text !== undefined && key === 'repository' && (nodeAt(node, 'tag') || /image/i.test(path.at(-1) ?? ''))) {
      const registry = textAt(node, 'registry');
      yield { path: here.join('.'), image: registry === undefined ? text : `${registry}/${text}` };
    } else if (text !== undefined && /^image$/i.test(key) && tryReference(text))
      yield { path: here.join('.'), image: text };
    else if (value.kind === 'mapping' && here.length < 5) yield* imagesIn(value, here);
  }
}

/** `values-staging.yaml`, `values/production.yaml`. */
function valuesByEnvironment(
  repository: Repository,
  folder: string,
): { pattern: string | undefined; environments: string[] } {
  const named = repository.paths.flatMap((path) => {
    if (!isBelow(path, folder)) return [];
    const [, before, name, after] =
      /^(values[-./])(staging|stage|production|prod)(\.ya?ml)$/.exec(path.slice(folder.length + 1)) ?? [];
    return name === undefined ? [] : [{ pattern: `${folder}/${before}{environment}${after}`, name }];
  });
  const [first] = named;
  if (first === undefined || named.length < 2) return { pattern: undefined, environments: [] };
  return { pattern: first.pattern, environments: inOrder(named.map(({ name }) => name)) };
}

function inOrder(names: string[]): string[] {
  const rank = (name: string) => (/prod/.test(name) ? 2 : /stag/.test(name) ? 1 : 0);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b));
}

const KUSTOMIZATION = /^kustomization\.ya?ml$/;

function kustomizations(repository: Repository, parts: readonly Named[], app: string): OwnObjects[] {
  const files = repository.paths.filter((path) => KUSTOMIZATION.test(baseOf(path)) && !NOT_DEPLOYED.test(path));
  const folders = files
    .filter((path) => textAt(readYaml(repository.text(path) ?? '').documents[0], 'kind') !== 'Component')
    .map(folderOf);
  const overlays = folders.filter((folder) => /(^|\/)(staging|stage|production|prod)$/.test(folder));
  const parents = [...new Set(overlays.map(folderOf))].filter(
    (parent) => overlays.filter((one) => folderOf(one) === parent).length > 1,
  );
  return [
    ...parents.map((parent): OwnObjects => {
      const names = folders.filter((folder) => folderOf(folder) === parent).map(baseOf);
      const review =
        names.find((name) => name === 'review') === undefined
          ? names.find((name) => /^(dev|development|preview|staging|stage)$/.test(name))
          : undefined;
      return {
        ...empty(),
        kind: 'kustomize',
        path: `${parent}/{environment}`,
        from: `${parent}/${names.join(', ')}`,
        guess: false,
        repositories: repositoriesIn(repository, folderOf(parent), parts, app),
        values: undefined,
        environments: inOrder(names.filter((name) => /stag|prod/.test(name))),
        review: review && `${parent}/${review}`,
      };
    }),
    ...folders
      .filter((folder) => folder !== '' && !/(^|\/)(overlays|components|base|bases)\//.test(`${folder}/`))
      .map(
        (folder): OwnObjects => ({
          ...empty(),
          kind: 'kustomize',
          path: folder,
          from: files.find((path) => folderOf(path) === folder) ?? folder,
          guess: false,
          repositories: repositoriesIn(repository, folder, parts, app),
          values: undefined,
          environments: [],
          review: undefined,
        }),
      ),
  ];
}

/** Repositories of the images of the parts, in the YAML files below a folder. */
function repositoriesIn(
  repository: Repository,
  folder: string,
  parts: readonly Named[],
  app: string,
): Map<string, string> {
  const found = new Map<string, string>();
  const paths = repository.paths.filter(
    (path) => isBelow(path, folder) && /\.ya?ml$/.test(path) && !NOT_DEPLOYED.test(path),
  );
  for (const path of paths) {
    for (const document of readYaml(repository.text(path) ?? '').documents) {
      for (const image of imagesOfObject(document)) {
        const reference = tryReference(image);
        const part = reference && partOf(image, parts, app);
        if (reference !== undefined && part !== undefined && !found.has(part)) found.set(part, reference.repository);
      }
    }
  }
  return found;
}

/** Images of containers, and those that a kustomization puts in their place. */
function imagesOfObject(document: YamlNode): string[] {
  const images: string[] = [];
  for (const node of walk(document)) {
    const lists = ['containers', 'initContainers'].flatMap((key) => itemsOf(nodeAt(node, key)));
    images.push(...lists.flatMap((container) => textAt(container, 'image') ?? []));
  }
  const replaced = itemsOf(nodeAt(document, 'images')).flatMap((image) => textAt(image, 'newName') ?? []);
  return [...replaced, ...images];
}

function manifests(repository: Repository, parts: readonly Named[], app: string): OwnObjects[] {
  const isKustomized = repository.paths
    .filter((path) => KUSTOMIZATION.test(baseOf(path)) || baseOf(path) === 'Chart.yaml')
    .map(folderOf);
  const holders = repository.paths.filter((path) => {
    if (!/\.ya?ml$/.test(path) || NOT_DEPLOYED.test(path) || isKustomized.some((folder) => isBelow(path, folder)))
      return false;
    const text = repository.text(path) ?? '';
    if (!text.includes('kind:') || !text.includes('containers:')) return false;
    return readYaml(text).documents.some(
      (document) =>
        /^(Deployment|StatefulSet)$/.test(textAt(document, 'kind') ?? '') &&
        imagesOfObject(document).some((image) => partOf(image, parts, app) !== undefined),
    );
  });
  const folders = [...new Set(holders.map(folderOf))].filter(
    (folder, _, all) =>
      folder !== '' && !all.some((other) => other !== folder && other !== '' && isBelow(folder, other)),
  );
  return folders.map((folder) => ({
    ...empty(),
    kind: 'manifests',
    path: folder,
    from: holders.find((path) => isBelow(path, folder)) ?? folder,
    guess: folders.length > 1,
    repositories: repositoriesIn(repository, folder, parts, app),
    values: undefined,
    environments: [],
    review: undefined,
  }));
}
