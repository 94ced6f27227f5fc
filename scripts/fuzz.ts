import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { checkProperty, loadProperties } from './fuzz/properties.ts';

/**
 * `npm run fuzz [-- --minutes N --only name]`: checks the properties of test/fuzz in turn, with random seeds, for so many
 * minutes (default 5). Ends with 1 on the first counterexample, which it prints with its seed.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' }, only: { type: 'string' } } });
const end = Date.now() + Number(values.minutes) * 60_000;
/** Milliseconds of a turn. */
const TURN_MS = 2_000;

const all = await loadProperties();
const chosen = all.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (chosen.length === 0 || Number.isNaN(end)) {
  console.error(
    `usage: npm run fuzz [-- --minutes N --only name], names:\n${all.map(({ name }) => `  ${name}`).join('\n')}`,
  );
  process.exit(1);
}

const totals = new Map(chosen.map(({ name }) => [name, { runs: 0, seeds: 0 }]));
let isFailed = false;
for (let turn = 0; Date.now() < end && !isFailed; turn++) {
  const property = chosen[turn % chosen.length] as (typeof chosen)[number];
  const seed = randomInt(2 ** 31);
  const ms = Math.max(1, Math.min(TURN_MS, end - Date.now()));
  const { runs, problem } = await checkProperty(property, { seed, numRuns: 1_000_000, ms });
  const total = totals.get(property.name);
  if (total) Object.assign(total, { runs: total.runs + runs, seeds: total.seeds + 1 });
  if (problem !== undefined) {
    console.error(`counterexample of ${problem}`);
    isFailed = true;
  }
}
for (const [name, { runs, seeds }] of totals) {
  console.log(`${name.padEnd(45)} ${String(runs).padStart(10)} runs, ${seeds} seeds`);
}
process.exit(isFailed ? 1 : 0);
