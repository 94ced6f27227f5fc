import { mkdir, writeFile } from 'node:fs/promises';
import { SCHEMAS } from './schemas.ts';

/** `npm run schema`: writes the JSON Schemas in schema/, each from its one definition. `npm run lint` compares. */
await mkdir('schema', { recursive: true });
for (const [file, make] of Object.entries(SCHEMAS)) {
  await writeFile(file, `${JSON.stringify(make(), null, 2)}\n`);
  console.log(`wrote ${file}`);
}
