import type { Ecosystem } from '../read/dependencies.ts';
import { copiedPaths, type DockerfileFacts, readDockerfile, type Stage } from '../read/dockerfile.ts';
import { at, baseOf, type Found, folderOf, isBelow, linesOf, search } from '../repository.ts';
import { frameworkOf } from './frameworks.ts';
import { type TestTool, testTool } from './test-tools.ts';
import { dependency, type View } from './view.ts';

/** A test that runs in an image of the app. */
export interface FoundTest {
  run: string;
  from: string;
  report: string | undefined;
  /** Stage of the Dockerfile that has the test runner. */
  target: Found<string> | undefined;
  /** Why it cannot run as the Dockerfile stands; undefined when it can. */
  obstacle: string | undefined;
  guess: boolean;
}

export function detectTests(view: View): FoundTest | undefined {
  const tool = testTool(view);
  if (tool === undefined) return undefined;
  const target = stageFor(view, tool);
  return {
    run: tool.run,
    from: tool.from,
    report: tool.report,
    target,
    obstacle: target === undefined ? obstacleOf(view, tool) : undefined,
    guess: tool.guess ?? false,
  };
}

/** Images with the compiler and the packages of an ecosystem. */
const TOOLCHAINS: Record<Ecosystem, RegExp> = {
  python: /python|(^|\/)uv:/,
  node: /node|bun/,
  ruby: /ruby/,
  php: /php|composer/,
  go: /golang|(^|\/)go:/,
  java: /maven|gradle|jdk|eclipse-temurin(?!.*jre)|openjdk(?!.*jre)/,
  elixir: /elixir/,
  dotnet: /dotnet\/(core\/)?sdk/,
  rust: /rust|cargo-chef/,
};

/** `npm ci` leaves out packages for development where NODE_ENV is `production`. */
function isForProduction(facts: DockerfileFacts | undefined): boolean {
  return facts?.env.get('NODE_ENV') === 'production';
}

/** A stage for an editor: it adds tools of its own to another one. */
const EDITOR = /^(dev-?envs?|devcontainer|dev-container|vscode|gitpod|codespaces?)$/i;

/** A stage with the test runner: one for tests, else one with the compiler. */
function stageFor({ part, repository }: View, tool: TestTool): Found<string> | undefined {
  const { stages, path } = part.facts;
  const { file } = tool;
  const last = stages.at(-1)?.name;
  const test = stages.find(({ name }) => /^(tests?|testing|ci|unit-?tests?)$/i.test(name));
  if (test !== undefined) return { value: test.name, from: at(path, undefined, `FROM … AS ${test.name}`) };
  if (tool.needs === 'nothing') return undefined;
  const named = stages.filter(({ name }) => name !== last && !/^\d+$/.test(name) && !EDITOR.test(name));
  const found =
    tool.needs === 'toolchain'
      ? named.findLast(
          ({ base, name, instructions }) =>
            TOOLCHAINS[tool.ecosystem].test(chainBase(part.facts.stages, base)) &&
            instructions.length > 1 &&
            !/deps|planner|chef|modules/.test(name),
        )
      : named.findLast(
          (stage) =>
            /(^|[-_])(dev|development|build|builder|base)([-_]|$)/i.test(stage.name) &&
            TOOLCHAINS[tool.ecosystem].test(chainBase(stages, stage.base)) &&
            (file === undefined || holds(part, [stage], file)) &&
            !isForProduction(readDockerfile(repository, path, stage.name)),
        );
  return found && { value: found.name, from: at(path, undefined, `FROM … AS ${found.name}`), guess: true };
}

function chainBase(stages: View['part']['facts']['stages'], base: string): string {
  let current = base;
  for (let index = 0; index < stages.length; index++) {
    const parent = stages.find(({ name }) => name === current);
    if (parent === undefined || parent.base === current) break;
    current = parent.base;
  }
  return current;
}

/** Why the deployed image has no test runner; undefined when nothing speaks against it. */
function obstacleOf(view: View, tool: TestTool): string | undefined {
  const { facts } = view.part;
  if (facts.stages.length === 0) return 'there is no Dockerfile';
  if (tool.needs === 'toolchain') {
    return facts.stages.length === 1 && TOOLCHAINS[tool.ecosystem].test(facts.base)
      ? undefined
      : `the image has no compiler, and no stage of ${facts.path} with a name has one`;
  }
  const ignored = view.paths.find(
    (path) => baseOf(path) === '.dockerignore' && folderOf(path) === view.part.context.value,
  );
  const [line] =
    ignored === undefined ? [] : search(view.repository, [ignored], /^\/?(\*\*\/)?(tests?|spec)\/?\*?$/, 1);
  if (line !== undefined) return `${at(line.path, line.line, line.text)} leaves the tests out of the image`;
  const missing = notCopied(view, tool.file);
  if (missing !== undefined) return missing;
  if (tool.needs === 'nothing') return undefined;
  const [install] = search(view.repository, [facts.path], PRODUCTION_ONLY, 1);
  if (install !== undefined)
    return `${at(install.path, install.line, install.text)} leaves the test runner out of the image`;
  return pythonDev(view) ?? undefined;
}

/** A test that the Dockerfile does not copy. */
function notCopied({ part }: View, file: string | undefined): string | undefined {
  if (file === undefined || holds(part, part.facts.stages, file)) return undefined;
  const context = part.context.value;
  return `${part.dockerfile} does not copy ${context === '' ? file : file.slice(context.length + 1)}`;
}

/** Whether these stages copy a file from the build context. */
function holds({ context }: View['part'], stages: readonly Stage[], file: string): boolean {
  const folder = context.value;
  const path = folder === '' ? file : file.slice(folder.length + 1);
  const sources = copiedPaths({ stages: [...stages] }).map((source) => source.replace(/^\.?\//, '').replace(/\/$/, ''));
  return sources.some((source) => source === '' || /^\.$|[*?[]/.test(source) || isBelow(path, source));
}

const PRODUCTION_ONLY =
  /--(?:only=)?production\b|--omit[= ]dev|--prod\b|NODE_ENV[= ]["']?production|--no-dev\b|--without[= ]["']?(?:dev|test|development)|BUNDLE_WITHOUT|--no-group|--only[= ]main|--no-default-groups/;

/** pytest in a file of development packages that the Dockerfile does not name. */
function pythonDev(view: View): string | undefined {
  if (frameworkOf(view) === undefined) return undefined;
  const pytest = dependency(view, 'python', 'pytest', 'pytest-django');
  if (pytest === undefined || !pytest.dev || !/\.(txt|in)$/.test(pytest.path)) return undefined;
  const name = baseOf(pytest.path);
  const isInstalled = linesOf(view.repository, view.part.dockerfile).some((line) => line.includes(name));
  return isInstalled ? undefined : `${view.part.dockerfile} does not install ${pytest.path}`;
}
