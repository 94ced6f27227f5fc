import { parseArgs } from 'node:util';
import { ensurePlatform, type Platform } from '../../local/platform.ts';
import { type Printed, Printer, SHAPES } from './logs/printer.ts';

/**
 * `npm run soak -- logs`: a build, a test and a migration that each print `mebibytes`, in lines and as one endless line, and then
 * fail. Each must be reported with its last line, and need no more memory than for a short log.
 * @returns whether all did
 */
export async function logs(args: string[]): Promise<boolean> {
  const { values } = parseArgs({ args, options: { mebibytes: { type: 'string', default: '1024' } } });
  const mebibytes = Number(values.mebibytes);
  if (!(mebibytes > 0)) throw new Error('--mebibytes takes a number');
  const done = await runLogs(await ensurePlatform(), mebibytes);
  console.log(
    ['| stage | printed | time | memory | log of the step |', '|---|---|---|---|---|', ...done.map(row)].join('\n'),
  );
  for (const { violations } of done) for (const violation of violations) console.log(violation);
  return done.every(({ violations }) => violations.length === 0);
}

/** The same for a test. */
export async function runLogs(platform: Platform, mebibytes: number): Promise<Printed[]> {
  const done: Printed[] = [];
  for (const shape of SHAPES) {
    const printer = await Printer.open(platform, shape, mebibytes);
    try {
      for (const stage of ['build-image', 'run-tests', 'rolling-update'] as const) {
        const printed = await printer.print(stage);
        console.error(row(printed));
        done.push(printed);
      }
    } finally {
      await printer.close();
    }
  }
  return done;
}

function row({ stage, shape, seconds, memory, log }: Printed): string {
  return `| \`${stage}\` | ${shape} | ${seconds.toFixed(1)} s | ${memory.toFixed(0)} MiB | ${log.toFixed(1)} MiB |`;
}
