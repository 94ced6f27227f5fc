import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS } from '../src/doctor-checks.ts';
import { CODES } from '../src/preflight/codes.ts';
import { type ActionFile, actionFiles, type CheckResult, lineOf, read, root } from './check-lib.ts';
import { keysMarkdown, undescribedKeys } from './docs-keys.ts';
import { SCHEMAS } from './schemas.ts';
import { majorTag, workflowsMarkdown } from './workflows.ts';

/** Documents with generated parts, and what makes each part. A part stands between two comments that name it. */
const PARTS: Record<string, Record<string, () => string>> = {
  'docs/slipway-yml.md': { keys: keysMarkdown },
  'docs/doctor.md': { checks: checksMarkdown },
  'docs/preflight.md': { codes: codesMarkdown },
  'docs/workflows.md': { workflows: workflowsMarkdown },
  'docs/actions.md': { actions: () => actionFiles().map(actionMarkdown).join('\n') },
};

const SEVERITIES = { error: 'an error where proven', warning: 'a warning at most', note: 'a note' } as const;

function codesMarkdown(): string {
  const sections = Object.entries(CODES).map(
    ([code, { title, severity, why }]) => `### ${code}\n\n${title}: ${SEVERITIES[severity]}. ${why}\n`,
  );
  return sections.join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function actionMarkdown({ name, file, inputs, outputs }: ActionFile): string {
  const uses = name === 'pipeline' ? '' : `/actions/${name}`;
  const lines = [`## ${name === 'pipeline' ? 'The root action' : `\`${name}\``}`, ''];
  lines.push(`\`uses: slipway-deploy/slipway${uses}@${majorTag()}\` · [${file}](../${file})`, '');
  lines.push('| input | | default |', '|---|---|---|');
  for (const [input, { description = '', default: value = '' }] of Object.entries(inputs)) {
    lines.push(`| \`${input}\` | ${cell(description)} | ${value === '' ? '' : `\`${value}\``} |`);
  }
  lines.push('', '| output | |', '|---|---|');
  for (const [output, { description = '' }] of Object.entries(outputs))
    lines.push(`| \`${output}\` | ${cell(description)} |`);
  return `${lines.join('\n')}\n`;
}

function checksMarkdown(): string {
  const rows = Object.entries(CHECKS).map(([id, meaning]) => `| \`${id}\` | ${cell(meaning)} |`);
  return `${['| id | ✓ means |', '|---|---|', ...rows].join('\n')}\n`;
}

/** The document with its generated parts made anew. Throws when a marker is missing. */
function regenerated(file: string): string {
  let text = read(file);
  for (const [part, generate] of Object.entries(PARTS[file] ?? {})) {
    const begin = `<!-- begin ${part}: made by npm run docs -->\n`;
    const end = `<!-- end ${part} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${file} has no part between "${begin.trim()}" and "${end}"`);
    text = `${text.slice(0, from + begin.length)}\n${generate()}\n${text.slice(to)}`;
  }
  return text;
}

/** The documents say what action.yml and the schema say, and every key of the schema is described. */
export async function checkDocs(): Promise<CheckResult> {
  const problems = undescribedKeys().map((key) => `src/config/schema.ts:1: ${key} has no description (.describe)`);
  for (const file of Object.keys(PARTS)) {
    if (!existsSync(join(root, file))) problems.push(`${file}:1: does not exist`);
    else if (regenerated(file) !== read(file)) {
      problems.push(`${file}:${lineOf(read(file), '<!-- begin')}: is not up to date; run \`npm run docs\``);
    }
  }
  for (const [file, make] of Object.entries(SCHEMAS)) {
    const present = existsSync(join(root, file)) ? read(file) : '';
    if (`${JSON.stringify(make(), null, 2)}\n` !== present) {
      problems.push(`${file}:1: is not what its definition in src says; run \`npm run schema\``);
    }
  }
  return { problems };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes('--write')) {
  for (const file of Object.keys(PARTS)) {
    writeFileSync(join(root, file), regenerated(file));
    console.log(`wrote ${file}`);
  }
}
