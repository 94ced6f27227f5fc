import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { jsonSchema } from '../src/config/keys.ts';

/** `npm run schema`: writes schema/slipway.schema.json from the one definition; `--check` only compares. */
const file = 'schema/slipway.schema.json';
const text = `${JSON.stringify({ title: 'slipway.yml', ...jsonSchema() }, null, 2)}\n`;

if (process.argv.includes('--check')) {
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present !== text) {
    console.error(`${file} is not what src/config/schema.ts defines; run \`npm run schema\` and commit it.`);
    process.exit(1);
  }
} else {
  await mkdir('schema', { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${file}`);
}
