import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ActionResult, jobFolders, runAction } from '../support/action-runner.ts';
import { nodeVersions } from '../support/node-versions.ts';
import { scratchFolder } from '../support/runner/scratch.ts';
import { pullRequest, push, type Trigger } from '../support/triggers.ts';

/**
 * Wrong input of every action: one message that says what is wrong and where, exit code 1, nothing written. Docker, the
 * cluster and GitHub are named by addresses at which nothing answers: a run that asked them first would complain of that.
 */
const GOOD = `app: parking
image:
  repository: localhost:1/apps/parking
tests:
  unit: { run: "true" }
deploy:
  port: 8080
review:
  host: pr-{number}.parking.localhost
environments:
  staging: { namespace: parking-staging }
  production: { namespace: parking, promoteFrom: staging }
`;
const DIGEST = `localhost:1/apps/parking@sha256:${'a'.repeat(64)}`;

interface Case {
  what: string;
  action: string;
  /** null: there is no slipway.yml. */
  config?: string | null;
  inputs?: Record<string, string>;
  trigger?: Trigger;
  message: RegExp;
  /** 1-based line of slipway.yml that the annotation points to. */
  line?: number;
}

const ACTIONS = [
  'build-image',
  'run-tests',
  'preflight',
  'push-to-registry',
  'review-environment',
  'rolling-update',
  'promote',
  'clean-registry',
  'drift',
  'pipeline',
];

const replaced = (from: string, to: string) => {
  if (!GOOD.includes(from)) throw new Error(`${from} is not in the good file`);
  return GOOD.replace(from, to);
};

const cases: Case[] = [
  ...ACTIONS.map((action) => ({
    what: 'no slipway.yml',
    action,
    config: null,
    trigger: action === 'review-environment' ? pullRequest() : push(),
    message: /slipway\.yml was not found in .*\n.*`config`/,
  })),
  ...ACTIONS.map((action) => ({
    what: 'a wrong key',
    action,
    config: replaced('port: 8080', 'prot: 8080'),
    trigger: action === 'review-environment' ? pullRequest() : push(),
    message: /slipway\.yml:7:3: unknown key "prot" in deploy; did you mean "port"\?/,
    line: 7,
  })),
  {
    what: 'a wrong type',
    action: 'rolling-update',
    config: replaced('port: 8080', 'port: 8080\n  replicas: two'),
    message: /slipway\.yml:8:3: deploy\.replicas: .*number.*"two"/,
    line: 8,
  },
  {
    what: 'text that is not YAML',
    action: 'build-image',
    config: replaced('deploy:', 'deploy: ]'),
    message: /slipway\.yml:6:\d+: not valid YAML/,
    line: 6,
  },
  {
    what: 'an empty file',
    action: 'build-image',
    config: '',
    message: /slipway\.yml:1:1: app: is missing/,
    line: 1,
  },
  {
    what: 'a host name that is not valid',
    action: 'review-environment',
    trigger: pullRequest(),
    config: replaced('pr-{number}.parking.localhost', 'PR_{number}.parking'),
    message: /slipway\.yml:9:3: review\.host: .*host name/,
    line: 9,
  },
  {
    what: 'a promotion from nowhere',
    action: 'promote',
    config: replaced('promoteFrom: staging', 'promoteFrom: stagign'),
    message: /slipway\.yml:12:\d+: .*"stagign" is not defined; did you mean "staging"\?/,
    line: 12,
  },
  {
    what: 'force',
    action: 'build-image',
    inputs: { force: 'perhaps' },
    message: /`force`: "perhaps" is neither true nor false/,
  },
  {
    what: 'a build argument',
    action: 'build-image',
    inputs: { 'build-args': 'VERSION' },
    message: /`build-args`: "VERSION" is not KEY=VALUE/,
  },
  {
    what: 'a secret, without quoting it',
    action: 'build-image',
    inputs: { secrets: 'hunter2' },
    message: /`secrets`: line 1 is not id=value/,
  },
  { what: 'a tag', action: 'build-image', inputs: { tags: 'not a tag' }, message: /"not a tag"/ },
  { what: 'a cache', action: 'build-image', inputs: { cache: 'floppy' }, message: /`cache`: "floppy" is not known/ },
  { what: 'a folder', action: 'build-image', inputs: { context: 'nowhere' }, message: /nowhere/ },
  {
    what: 'a time limit',
    action: 'run-tests',
    inputs: { timeout: 'soon' },
    message: /`timeout`: "soon" is not a duration/,
  },
  {
    what: 'the name of a test',
    action: 'run-tests',
    inputs: { only: 'unti' },
    message: /"unti".*[Dd]id you mean "unit"\?/s,
  },
  {
    what: 'a repository',
    action: 'push-to-registry',
    inputs: { repository: 'acme/Parking:1' },
    message: /"acme\/Parking:1"/,
  },
  {
    what: 'an operation',
    action: 'review-environment',
    trigger: pullRequest(),
    inputs: { operation: 'upp' },
    message: /`operation`: "upp" is not known/,
  },
  {
    what: 'a number',
    action: 'review-environment',
    inputs: { operation: 'up', number: 'seven' },
    message: /`number`: "seven"/,
  },
  {
    what: 'a time to live',
    action: 'review-environment',
    trigger: pullRequest(),
    inputs: { ttl: '7 days' },
    message: /`ttl`: "7 days" is not a duration/,
  },
  {
    what: 'an environment to look at',
    action: 'drift',
    inputs: { environment: 'staging, prodcution' },
    message: /`environment`: there is no environment "prodcution"\n.*[Dd]id you mean "production"\?/,
  },
  {
    what: 'one namespace for two environments',
    action: 'drift',
    inputs: { namespace: 'parking' },
    message: /`namespace` is given for 2 environments \(staging, production\)/,
  },
  {
    what: 'an environment',
    action: 'rolling-update',
    inputs: { environment: 'stagign', image: DIGEST },
    message: /"stagign".*[Dd]id you mean "staging"\?/s,
  },
  {
    what: 'what to do on failure',
    action: 'rolling-update',
    inputs: { 'on-failure': 'explode' },
    message: /`on-failure`: "explode" is not known/,
  },
  {
    what: 'a dry run',
    action: 'rolling-update',
    inputs: { 'dry-run': 'maybe' },
    message: /`dry-run`: "maybe" is neither true nor false/,
  },
  {
    what: 'an environment to promote to',
    action: 'promote',
    inputs: { to: 'prodution' },
    message: /"prodution".*[Dd]id you mean "production"\?/s,
  },
  { what: 'a soaking time', action: 'promote', inputs: { soak: 'long' }, message: /`soak`: "long" is not a duration/ },
  {
    what: 'a stage',
    action: 'pipeline',
    inputs: { stage: 'biuld-image' },
    message: /`stage`: "biuld-image" is not known/,
  },
];

const NOWHERE = {
  DOCKER_HOST: 'tcp://127.0.0.1:1',
  KUBECONFIG: '/nonexistent/kubeconfig',
};

async function run(
  { action, config = GOOD, inputs = {}, trigger = push() }: Case,
  node: Parameters<typeof runAction>[0]['node'],
) {
  const folders = jobFolders(scratchFolder());
  writeFileSync(join(folders.workspace, 'Dockerfile'), 'FROM scratch\n');
  if (config !== null) writeFileSync(join(folders.workspace, 'slipway.yml'), config);
  const before = filesBelow(folders.workspace);
  const facts = { token: 'ghs_canary', apiUrl: 'http://127.0.0.1:1' };
  const result = await runAction({ action, inputs, trigger, facts, folders, env: NOWHERE, ...(node ? { node } : {}) });
  return { result, before, after: filesBelow(folders.workspace) };
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}: ${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`);

function expectRefusal(result: ActionResult, { message, line }: Case): void {
  expect(result.exitCode, result.output).toBe(1);
  const errors = result.annotations.filter(({ level }) => level === 'error');
  expect(errors, result.output).toHaveLength(1);
  expect(errors[0]?.message).toMatch(message);
  if (line !== undefined) expect(errors[0]).toMatchObject({ file: 'slipway.yml', line });
  // A sentence that says what to do, and no stack of ours.
  expect(errors[0]?.message.split('\n').length, 'a remedy').toBeGreaterThan(1);
  expect(result.log.lines.join('\n')).not.toMatch(/\n\s+at .+:\d+:\d+/);
  expect(result.outputs).toEqual({ outcome: 'failed' });
  expect(result.summary).toMatch(/\S/);
  expect(result.environmentFiles).toEqual({ env: '', path: '' });
  expect(result.log.others).toEqual([]);
}

for (const node of await nodeVersions()) {
  describe.concurrent(`wrong input on Node ${node.version}`, () => {
    it.each(cases)('$action: $what', async (given) => {
      const { result, before, after } = await run(given, node);
      expectRefusal(result, given);
      expect(after).toEqual(before);
      expect(result.log.lines.join('\n')).not.toContain('ghs_canary');
      expect(result.log.lines.join('\n')).not.toContain('hunter2');
    });
  });
}

describe('paths in messages', () => {
  it('are those of the repository, so that GitHub shows the annotation in the file', async () => {
    const folders = jobFolders(scratchFolder());
    const file = join(folders.workspace, 'services/parking/deploy.yml');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, replaced('port: 8080', 'prot: 8080'));
    const inputs = { 'working-directory': 'services/parking', config: 'deploy.yml' };
    const result = await runAction({ action: 'build-image', inputs, trigger: push(), folders, env: NOWHERE });
    expect(result.annotations).toMatchObject([{ file: 'services/parking/deploy.yml', line: 7 }]);
    expect(result.annotations[0]?.message).toContain('services/parking/deploy.yml:7:3: unknown key "prot"');
  });
});
