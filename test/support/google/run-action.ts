import { readFileSync } from 'node:fs';
import { type ActionOptions, runAction } from '../action-runner.ts';

/** What `run-action.ts <file>` prints at the end, after `> `. */
export interface ActionAnswer {
  exitCode: number | null;
  outputs: Record<string, string>;
  annotations: { level: string; message: string }[];
  summary: string;
  /** The log as people see it: masked values are ***. */
  log: string;
}

/** Runs an action in a process of its own, where Google's names are the doubles'. The file holds ActionOptions as JSON. */
const [file = ''] = process.argv.slice(2);
const options: ActionOptions = JSON.parse(readFileSync(file, 'utf8'));
const { exitCode, outputs, annotations, summary, log } = await runAction(options);
const answer: ActionAnswer = { exitCode, outputs, annotations, summary, log: log.lines.join('\n') };
console.log(`> ${JSON.stringify(answer)}`);
