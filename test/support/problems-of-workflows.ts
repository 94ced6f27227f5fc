import { text } from 'node:stream/consumers';
import { problemsOf } from '../../scripts/check-workflows.ts';

/**
 * A program: reads `[[file, text], …]` as JSON and answers the problems of each. GitHub's language service imports JSON as
 * bundlers allow it and Node does not, so it cannot be loaded by the test runner itself.
 */
const files = JSON.parse(await text(process.stdin)) as [string, string][];
const problems: string[][] = [];
for (const [file, content] of files) problems.push(await problemsOf(file, content));
process.stdout.write(JSON.stringify(problems));
