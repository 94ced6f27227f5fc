// A step of a workflow whose work is one of these, for run.test.ts: everything around it is what every action has.
import { readFileSync } from 'node:fs';
import type { Run } from '../../../src/entry/context.ts';
import { runAction } from '../../../src/entry/run.ts';
import { OutcomeUnknown, RolloutFailed, Superseded } from '../../../src/errors.ts';
import type { StageName, StageResult } from '../../../src/stage-result.ts';

const done = (stage: StageName, outputs: Record<string, string> = {}): StageResult => ({
  stage,
  outcome: 'succeeded',
  headline: 'done',
  outputs,
  steps: [],
  ms: 1,
  blocks: [],
  annotations: [{ level: 'notice', message: 'of the stage' }],
});

const untilCancelled = (run: Run): Promise<never> =>
  new Promise((_, reject) => {
    run.log.info('waiting');
    const alive = setInterval(() => {}, 1_000);
    run.signal.addEventListener('abort', () => {
      clearInterval(alive);
      reject(run.signal.reason);
    });
  });

const scenarios: Record<string, (run: Run) => Promise<StageResult>> = {
  outputs: async () =>
    done('build-image', JSON.parse(readFileSync(process.env.TEST_OUTPUTS ?? '', 'utf8')) as Record<string, string>),
  hostile: async (run) => {
    run.log.output('::error::from a pod');
    run.log.info('  ::stop-commands::x');
    run.log.output('progress 50%\r##[add-path]/tmp/evil');
    await run.log.group('a ::title::', async () => run.log.group('inner', async () => run.log.info('in it')));
    run.log.warning('first\n::error::second');
    return done('build-image');
  },
  secret: async (run) => {
    run.log.mask('correct horse\nbattery staple');
    run.log.info('it is battery staple');
    return {
      ...done('build-image'),
      blocks: [{ kind: 'text', text: 'found battery staple' }],
      headline: 'correct horse',
    };
  },
  fails: async () => {
    throw new RolloutFailed('web is not ready', { details: ['pod web-1 crashed'], remedy: 'Look at its log.' });
  },
  // A result that no rendering survives, though the stage has done its work.
  unrenderable: async () => ({
    ...done('build-image', { image: 'apps/parking:main' }),
    blocks: [{ kind: 'table', header: ['a'], rows: undefined as never }],
  }),
  long: async () => {
    const details = Array.from({ length: 40 }, (_, index) => `seen ${index}`);
    throw new RolloutFailed('web is not ready', { details, remedy: 'Look at its log.' });
  },
  defect: async () => {
    throw new TypeError('x is not a function');
  },
  superseded: async () => {
    throw new Superseded('a newer commit, 1c2d3e4f5a6b, is being deployed');
  },
  unknown: async (run) =>
    untilCancelled(run).catch(() => {
      throw new OutcomeUnknown('the cluster did not answer any more');
    }),
  waits: untilCancelled,
  stuck: async (run) => {
    run.log.info('waiting');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    return done('build-image');
  },
  slow: async (run) => {
    await run.log.progress('pulling', () => new Promise((resolve) => setTimeout(resolve, 2_300)));
    return done('build-image');
  },
};

const [scenario = '', stage = 'build-image'] = process.argv.slice(2);
const work = scenarios[scenario];
if (!work) throw new Error(`no scenario "${scenario}"`);
process.exit(await runAction(stage as StageName, work));
