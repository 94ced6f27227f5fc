import type { Ecosystem } from '../read/dependencies.ts';
import { at, baseOf, folderOf, isBelow, linesOf, search } from '../repository.ts';
import { inContext, runnerOf } from './migrate.ts';
import { dependency, type View } from './view.ts';

/** How the tests of an ecosystem run. */
export interface TestTool {
  ecosystem: Ecosystem;
  run: string;
  from: string;
  report?: string;
  guess?: boolean;
  /** A file of the tests, which must be in the image. */
  file?: string;
  /** What the image must have: the compiler, packages for development, or nothing beside the app. */
  needs: 'toolchain' | 'dev' | 'nothing';
}

type Tool = Omit<TestTool, 'ecosystem'>;

/** The first ecosystem with tests, in this order: a front end often has a package.json beside the app. */
export function testTool(view: View): TestTool | undefined {
  const detectors: [Ecosystem, (view: View) => Tool | undefined][] = [
    ['python', python],
    ['ruby', ruby],
    ['php', php],
    ['java', java],
    ['dotnet', dotnet],
    ['elixir', elixir],
    ['go', go],
    ['rust', rust],
    ['node', node],
  ];
  for (const [ecosystem, detect] of detectors) {
    const tool = detect(view);
    if (tool !== undefined) return { ecosystem, ...tool };
  }
  return undefined;
}

/** Where JUnit XML is written: a folder below the working directory that the command makes. */
const REPORT = 'reports/junit.xml';

function python(view: View): Tool | undefined {
  const runner = runnerOf(view);
  const files = view.paths.filter(
    (path) => /(^|\/)(test_\w+|\w+_test|tests)\.py$/.test(path) || /(^|\/)tests\/.*\.py$/.test(path),
  );
  const [first] = files;
  if (first === undefined) return undefined;
  const pytest = dependency(view, 'python', 'pytest', 'pytest-django', 'pytest-cov', 'pytest-asyncio');
  const settings = view.paths.find((path) => /^(pytest\.ini|conftest\.py)$/.test(baseOf(path)));
  if (pytest !== undefined || settings !== undefined) {
    const needs = pytest === undefined || pytest.dev ? 'dev' : 'nothing';
    return {
      run: `${runner}pytest -q --junitxml=${REPORT}`,
      report: REPORT,
      from: pytest?.from ?? settings ?? '',
      file: first,
      needs,
    };
  }
  const manage = inContext(view, 'manage.py');
  if (manage !== undefined && dependency(view, 'python', 'django', 'wagtail')) {
    return { run: `${runner}python ${manage} test`, from: `${manage}, ${first}`, file: first, needs: 'nothing' };
  }
  if (!isUnittest(view, files)) return undefined;
  const module = view.paths.filter(
    (path) => baseOf(path) === 'tests.py' && folderOf(path) === view.part.context.value,
  )[0];
  return {
    run: `${runner}python -m unittest ${module === undefined ? 'discover' : 'tests'}`,
    from: first,
    file: first,
    needs: 'nothing',
  };
}

function isUnittest({ repository }: View, files: readonly string[]): boolean {
  return search(repository, files, /^import unittest|unittest\.TestCase/, 1).length > 0;
}

function ruby(view: View): Tool | undefined {
  const rspec = dependency(view, 'ruby', 'rspec-rails', 'rspec');
  if (rspec !== undefined && view.paths.some((path) => /(^|\/)spec\/.*_spec\.rb$/.test(path))) {
    const formatter = dependency(view, 'ruby', 'rspec_junit_formatter');
    const run = 'bundle exec rspec';
    return formatter === undefined
      ? { run, from: rspec.from, needs: 'dev' }
      : {
          run: `${run} --format RspecJunitFormatter --out ${REPORT}`,
          report: REPORT,
          from: formatter.from,
          needs: 'dev',
        };
  }
  const test = view.paths.find((path) => /(^|\/)test\/.*_test\.rb$/.test(path));
  return test && dependency(view, 'ruby', 'rails') ? { run: 'bin/rails test', from: test, needs: 'dev' } : undefined;
}

function php(view: View): Tool | undefined {
  const config = view.paths.find((path) => /^phpunit(\.dist)?\.xml(\.dist)?$/.test(baseOf(path)));
  const phpunit = dependency(
    view,
    'php',
    'phpunit/phpunit',
    'pestphp/pest',
    'symfony/phpunit-bridge',
    'symfony/test-pack',
  );
  if (config === undefined || phpunit === undefined) return undefined;
  const program = phpunit.name === 'pestphp/pest' ? 'pest' : 'phpunit';
  const path = phpunit.name.startsWith('symfony/') ? 'bin/phpunit' : `vendor/bin/${program}`;
  return { run: `${path} --log-junit ${REPORT}`, report: REPORT, from: `${phpunit.from}, ${config}`, needs: 'dev' };
}

function java(view: View): Tool | undefined {
  const test = view.paths.find((path) => /(^|\/)src\/test\/(java|kotlin)\//.test(path));
  if (test === undefined) return undefined;
  const has = (name: string) => inContext(view, name);
  if (has('pom.xml') !== undefined) {
    const run = `${has('mvnw') === 'mvnw' ? './mvnw' : 'mvn'} -B test`;
    return {
      run,
      report: '**/target/surefire-reports/TEST-*.xml',
      from: `pom.xml, ${test}`,
      needs: 'toolchain',
    };
  }
  const gradle = has('build.gradle') ?? has('build.gradle.kts');
  if (gradle === undefined) return undefined;
  const run = `${has('gradlew') === 'gradlew' ? './gradlew' : 'gradle'} test`;
  return { run, report: '**/build/test-results/test/*.xml', from: `${gradle}, ${test}`, needs: 'toolchain' };
}

function dotnet(view: View): Tool | undefined {
  const all = view.repository.paths.filter((path) => /tests?[^/]*\.csproj$/i.test(path));
  const unit = all.find((path) => /unit/i.test(path)) ?? all[0];
  if (unit === undefined || !view.dependencies.some(({ ecosystem }) => ecosystem === 'dotnet')) return undefined;
  const context = view.part.context.value;
  if (!isBelow(unit, context)) return undefined;
  const project = context === '' ? unit : unit.slice(context.length + 1);
  return {
    run: `dotnet test ${project} --logger trx --results-directory reports`,
    report: 'reports',
    from: unit,
    needs: 'toolchain',
    guess: all.length > 1,
  };
}

function elixir(view: View): Tool | undefined {
  const test = view.paths.find((path) => /(^|\/)test\/.*_test\.exs$/.test(path));
  if (test === undefined || inContext(view, 'mix.exs') !== 'mix.exs') return undefined;
  return { run: 'mix test', from: test, needs: 'toolchain' };
}

function go(view: View): Tool | undefined {
  const test = view.paths.find((path) => path.endsWith('_test.go'));
  if (test === undefined || inContext(view, 'go.mod') !== 'go.mod') return undefined;
  const gotestsum =
    linesOf(view.repository, view.part.dockerfile).some((line) => line.includes('gotestsum')) ||
    dependency(view, 'go', 'gotest.tools/gotestsum') !== undefined;
  const tool: Tool = { run: 'go test ./...', from: test, needs: 'toolchain' };
  return gotestsum ? { ...tool, run: `gotestsum --junitfile ${REPORT} ./...`, report: REPORT } : tool;
}

function rust(view: View): Tool | undefined {
  const manifest = inContext(view, 'Cargo.toml');
  const [test] = search(
    view.repository,
    view.paths.filter((path) => path.endsWith('.rs')),
    /#\[(tokio::|actix_rt::|actix_web::)?test\]/,
    1,
  );
  if (manifest !== 'Cargo.toml' || test === undefined) return undefined;
  return { run: 'cargo test', from: at(test.path, test.line), needs: 'toolchain' };
}

function node(view: View): Tool | undefined {
  const own = view.part.folders.map((folder) => (folder === '' ? 'package.json' : `${folder}/package.json`));
  const nested = view.paths.filter((path) => baseOf(path) === 'package.json' && !own.includes(path));
  const [script] = search(view.repository, [...own, ...nested], /"test":\s*"([^"]+)"/, 1);
  const command = script?.groups[0] ?? '';
  if (script === undefined || /no test specified|^\s*(exit|echo)/.test(command)) return undefined;
  const from = at(script.path, script.line, script.text);
  const needs = 'dev' as const;
  // In a workspace, the command may belong to another folder than the one that the image starts in.
  const folder = folderOf(script.path);
  const { context, dockerfile } = view.part;
  const another = view.paths.includes(`${folderOf(dockerfile)}/package.json`) && folder !== folderOf(dockerfile);
  const guess = folder !== context.value || another;
  if (/\bvitest\b/.test(command)) {
    return {
      run: `npx vitest run --reporter=default --reporter=junit --outputFile.junit=${REPORT}`,
      report: REPORT,
      from,
      needs,
      guess,
    };
  }
  const jest = dependency(view, 'node', 'jest-junit');
  if (/\bjest\b/.test(command) && jest !== undefined) {
    return {
      run: 'npx jest --ci --reporters=default --reporters=jest-junit',
      report: 'junit.xml',
      from: `${from}; ${jest.from}`,
      needs,
      guess,
    };
  }
  if (/^node --test/.test(command)) {
    const run = `node --test --test-reporter=junit --test-reporter-destination=${REPORT}${command.slice('node --test'.length)}`;
    return { run, report: REPORT, from, needs: 'nothing', guess };
  }
  return { run: 'npm test', from, needs, guess: guess || !own.includes(script.path) };
}
