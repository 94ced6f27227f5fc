import type { ComposeBuild, ComposeService } from '../read/compose.ts';
import { contextOf } from '../read/context.ts';
import { copiedPaths, type DockerfileFacts, readDockerfile } from '../read/dockerfile.ts';
import { at, baseOf, type Found, folderOf, isBelow, type Repository } from '../repository.ts';
import { labelOf } from './names.ts';

/** An image of the app: its Dockerfile, and where its source is. */
export interface Part {
  /** Name in `images`. */
  name: string;
  /** Path in the repository. */
  dockerfile: string;
  facts: DockerfileFacts;
  context: Found<string>;
  /** Stage that is deployed, where it is not the last one. */
  target: Found<string> | undefined;
  /** Named contexts of the build. */
  contexts: Found<Pick<ComposeBuild, 'contexts' | 'otherContexts'>> | undefined;
  /** Folders with its source: that of the Dockerfile first, then the context. */
  folders: string[];
  /** Services of compose files that run it. */
  services: ComposeService[];
}

export interface LeftOut {
  path: string;
  why: string;
}

const DOCKERFILE = /^(Dockerfile|Containerfile)([.-][\w.-]+)?$|\.(Dockerfile|dockerfile)$|^dockerfile$/;
const NOT_DEPLOYED =
  /(^|[./_-])(dev|development|local|tests?|testing|e2e|ci|debug|docs?|document|examples?|fixtures|playwright|cypress|builder|debian-base|export|mailhog|maildev|benchmarks?|packaging-(deb|rpm)|deb|debian|rpm|devcontainer|openapi)([./_-]|$)/i;
const PRODUCTION = /[._-](prod|production)$/i;
/** Images of programs that run beside an app. */
const INFRASTRUCTURE =
  /(^|\/)(nginx|httpd|caddy|traefik|haproxy|postgres|postgis|mysql|mariadb|redis|memcached|rabbitmq|mongo|prometheus|grafana|elasticsearch|opensearch|mailhog|mailpit|node-exporter)(:|@|$)/;
const SETTINGS =
  /\.(conf|cfg|cnf|ya?ml|toml|ini|sql|sh|template|json|crt|key|pem)$|(^|\/)(Caddyfile|conf\.d|maintenance|grafana\.ini|provisioning|dashboards)\/?$/;

/** The images that the repository deploys, and the Dockerfiles that are not among them. */
export function detectParts(
  repository: Repository,
  compose: readonly ComposeService[],
  app: string,
): { parts: Part[]; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const candidates: Part[] = [];
  for (const path of repository.paths.filter((one) => DOCKERFILE.test(baseOf(one)))) {
    const why = reasonAgainst(repository, path);
    const facts = why === undefined ? readDockerfile(repository, path) : undefined;
    const part = facts && partOf(repository, path, facts, compose, app);
    if (part !== undefined) candidates.push(...perTarget(repository, part, compose));
    else leftOut.push({ path, why: why ?? 'it copies files that are in no folder above it' });
  }
  const { kept, others } = onePerFolder(candidates);
  const parts = withoutNested(repository, kept, compose, others);
  for (const { part, why } of others) leftOut.push({ path: part.dockerfile, why });
  return { parts: named(parts, app), leftOut };
}

function reasonAgainst(repository: Repository, path: string): string | undefined {
  if (/(^|\/)\.|\{\{|(^|\/)(node_modules|vendor|third_party)\//.test(path)) return 'its folder is not part of the app';
  if (NOT_DEPLOYED.test(path)) return 'its name says that it is not for production';
  const facts = readDockerfile(repository, path);
  if (facts === undefined) return 'it has no FROM';
  if (facts.stages.length > 0 && !copiesAnything(facts)) return 'it copies nothing of the repository';
  const isPlain = facts.stages.length === 1 && copiedPaths(facts).every((source) => SETTINGS.test(source));
  return INFRASTRUCTURE.test(facts.base) && isPlain ? `it only configures ${facts.base}` : undefined;
}

/** Sources can also be mounted for one command. */
function copiesAnything(facts: DockerfileFacts): boolean {
  const instructions = facts.stages.flatMap((stage) => stage.instructions);
  return copiedPaths(facts).length > 0 || instructions.some(({ text }) => /^(COPY|ADD) |--mount=type=bind/i.test(text));
}

function partOf(
  repository: Repository,
  path: string,
  own: DockerfileFacts,
  compose: readonly ComposeService[],
  app: string,
): Part | undefined {
  const built = compose.filter(({ build }) => build?.dockerfile === path);
  const [first] = built;
  const context: Found<string> | undefined =
    first?.build === undefined
      ? contextOf(repository, own)
      : { value: first.build.context, from: at(first.file, first.line, `services.${first.name}.build`) };
  if (context === undefined || !isBelow(path, context.value)) return undefined;
  const target = targetOf(own, built);
  const folders = [...new Set([folderOf(path), context.value])].filter((folder) =>
    holdsSource(repository, folder, path),
  );
  return {
    name: labelOf((lastNamed(folderOf(path)) ?? app).replace(/([a-z0-9])([A-Z])/g, '$1-$2')),
    dockerfile: path,
    facts: (target && readDockerfile(repository, path, target.value)) ?? own,
    context,
    target,
    contexts: first?.build && {
      value: first.build,
      from: at(first.file, first.line, `services.${first.name}.build.additional_contexts`),
    },
    folders: folders.length > 0 ? folders : [context.value],
    services: compose.filter((service) => runs(service, path, context.value, app)),
  };
}

/** A part for each stage, where compose services build several of one Dockerfile. */
function perTarget(repository: Repository, part: Part, compose: readonly ComposeService[]): Part[] {
  const names = part.facts.stages.map(({ name }) => name);
  const built = compose.filter(({ build, optional }) => {
    const { dockerfile, target = '' } = build ?? {};
    return dockerfile === part.dockerfile && !optional && names.includes(target) && !NOT_LAST.test(target);
  });
  const targets = [...new Set(built.map(({ build }) => build?.target ?? ''))];
  if (targets.length < 2) return [part];
  const first = built.filter(
    ({ build }, index) => built.findIndex((one) => one.build?.target === build?.target) === index,
  );
  return first.flatMap(({ file, line, name, build }) => {
    const target = build?.target ?? '';
    const facts = readDockerfile(repository, part.dockerfile, target);
    if (build === undefined || facts === undefined) return [];
    const from = (key: string) => at(file, line, `services.${name}.build.${key}`);
    return {
      ...part,
      name: labelOf(target),
      facts,
      target: { value: target, from: from('target') },
      contexts: { value: build, from: from('additional_contexts') },
      services: part.services.filter((one) => one.build?.target === target),
    };
  });
}

/** A folder that holds more than what builds the image. */
function holdsSource(repository: Repository, folder: string, dockerfile: string): boolean {
  return repository.paths.some(
    (path) => path !== dockerfile && isBelow(path, folder) && !/ockerfile|compose|\.(conf|sh|ini|md|ya?ml)$/.test(path),
  );
}

/** The name that a folder gives: the last segment that says something. */
function lastNamed(folder: string): string | undefined {
  return folder
    .split('/')
    .filter(
      (part) =>
        !/^(|src|app|apps|services|docker|build|builds|deploy|scripts|packaging|images?|alpine|distroless|php)$/i.test(
          part,
        ),
    )
    .at(-1);
}

function runs({ build, image }: ComposeService, dockerfile: string, context: string, app: string): boolean {
  if (build !== undefined) {
    // The same folder built by another Dockerfile is the same app in development.
    const name = baseOf(build.dockerfile);
    const isOther =
      folderOf(build.dockerfile) !== folderOf(dockerfile) ||
      !/^Dockerfile([.-](dev|development|local|prod|production))?$/.test(name);
    return build.dockerfile === dockerfile || (build.context === context && !isOther);
  }
  const last = image?.split('@')[0]?.split(':')[0]?.split('/').at(-1);
  return last !== undefined && last === app && (context === '' || folderOf(dockerfile) === '');
}

/** A stage that the production file builds; or, where the last stage is for development, the one for production. */
function targetOf({ path, stages }: DockerfileFacts, built: readonly ComposeService[]): Found<string> | undefined {
  const last = stages.at(-1)?.name ?? '';
  const asked = built.find(({ build, file }) => build?.target !== undefined && /prod/i.test(`${file} ${build.target}`));
  const names = stages.map(({ name }) => name);
  if (asked?.build?.target !== undefined && names.includes(asked.build.target) && asked.build.target !== last) {
    return { value: asked.build.target, from: at(asked.file, asked.line, `services.${asked.name}.build.target`) };
  }
  if (!NOT_LAST.test(last)) return undefined;
  const stage = names.findLast((name) => /(^|[-_])(prod|production|runner|release|final|runtime)([-_]|$)/i.test(name));
  if (stage !== undefined) return { value: stage, from: at(path, undefined, `FROM … AS ${stage}`), guess: true };
  // No name says that a stage is for production: the one that the last stage is made from, or the last one itself.
  const parent = stages.findLast(({ name, instructions }) => name === stages.at(-1)?.base && starts(instructions));
  const value = parent?.name ?? last;
  return { value, from: at(path, undefined, `the last stage, ${last}, looks like one for development`), guess: true };
}

const NOT_LAST = /(^|[-_])(dev|development|test|tests|debug|ci|lint)([-_]|$)/i;
const starts = (instructions: DockerfileFacts['stages'][number]['instructions']) =>
  instructions.some(({ text }) => /^(CMD|ENTRYPOINT) /i.test(text));

interface Refused {
  part: Part;
  why: string;
}

/** Of several Dockerfiles in one folder, the one for production, then the plain one. */
function onePerFolder(parts: readonly Part[]): { kept: Part[]; others: Refused[] } {
  const kept: Part[] = [];
  const others: Refused[] = [];
  const rank = ({ dockerfile }: Part) =>
    PRODUCTION.test(dockerfile) ? 0 : /^(Dockerfile|Containerfile)$/i.test(baseOf(dockerfile)) ? 1 : 2;
  for (const part of [...parts].sort((a, b) => rank(a) - rank(b))) {
    const first = kept.find((one) => folderOf(one.dockerfile) === folderOf(part.dockerfile));
    if (first === undefined || first.dockerfile === part.dockerfile) kept.push(part);
    else others.push({ part, why: `${first.dockerfile} is in the same folder` });
  }
  return { kept, others };
}

const MANIFEST =
  /^(package\.json|pyproject\.toml|requirements\.txt|go\.mod|main\.go|pom\.xml|build\.gradle(\.kts)?|Cargo\.toml|Gemfile|composer\.json|mix\.exs)$|\.(cs|fs)proj$/;

/** The folder of the Dockerfile is a package of a workspace: an app of its own, though it is built from the root. */
function isPackage({ dockerfile }: Part, { paths }: Repository): boolean {
  const folder = folderOf(dockerfile);
  return folder !== '' && paths.some((path) => folderOf(path) === folder && MANIFEST.test(baseOf(path)));
}

/** Where the whole repository is one image, a further Dockerfile counts only if a compose file builds it. */
function withoutNested(
  repository: Repository,
  parts: readonly Part[],
  compose: readonly ComposeService[],
  others: Refused[],
): Part[] {
  const isBuilt = (part: Part) =>
    compose.some(({ build, optional }) => build?.dockerfile === part.dockerfile && !optional);
  const isOptional = (part: Part) =>
    !isBuilt(part) && compose.some(({ build }) => build?.dockerfile === part.dockerfile);
  const started = parts.filter((part) => !isOptional(part));
  for (const part of parts.filter(isOptional)) others.push({ part, why: 'its compose service starts only on demand' });
  const depth = ({ dockerfile }: Part) => dockerfile.split('/').length;
  const whole = started
    .filter((part) => part.context.value === '' && !isPackage(part, repository))
    .sort((a, b) => depth(a) - depth(b));
  const main =
    whole.find(({ dockerfile }) => folderOf(dockerfile) === '') ??
    (whole.length === started.length ? (whole.find(isBuilt) ?? whole[0]) : undefined);
  if (main === undefined) return started;
  const kept = started.filter((part) => part.dockerfile === main.dockerfile || isBuilt(part));
  for (const part of started.filter((one) => !kept.includes(one))) {
    others.push({ part, why: `${main.dockerfile} builds the whole repository, and no compose file builds this one` });
  }
  return kept;
}

/** A single image has the name of the app; several have names of their own. */
function named(parts: readonly Part[], app: string): Part[] {
  if (parts.length === 1) return parts.map((part) => ({ ...part, name: app }));
  const used = new Set<string>();
  return [...parts]
    .sort((a, b) => (a.dockerfile < b.dockerfile ? -1 : 1))
    .map((part) => {
      let name = part.name;
      for (let number = 2; used.has(name); number++) name = labelOf(`${part.name}-${number}`);
      used.add(name);
      return { ...part, name };
    });
}
