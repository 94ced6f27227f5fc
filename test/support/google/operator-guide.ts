import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const guide = fileURLToPath(new URL('../../../docs/google-cloud.md', import.meta.url));

/** The code block of docs/google-cloud.md with this name, e.g. `federation` of a block that begins with "```sh federation". */
export function block(name: string): string {
  const text = new RegExp(`^\`\`\`[\\w ]+ ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(readFileSync(guide, 'utf8'))?.[1];
  if (text === undefined) throw new Error(`docs/google-cloud.md has no block "${name}"`);
  return text;
}

/**
 * Every call of gcloud and kubectl that an operator makes who runs these blocks, with its arguments as the program gets
 * them. The blocks run in a real shell, in which the two programs only say how they were called.
 */
export function commandsOf(...names: string[]): string[][] {
  const stub = `say() { for a; do printf '%s\\037' "$a"; done; printf '\\036'; }
gcloud() { case "$1 $2" in 'projects describe') printf 123456789012;; *) say gcloud "$@";; esac; }
kubectl() { say kubectl "$@"; }
set -eu
`;
  const script = stub + ['names', ...names].map(block).join('\n');
  const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  return said
    .split('\x1e')
    .filter(Boolean)
    .map((call) => call.split('\x1f').slice(0, -1));
}

/** The value of --name=value in a call. */
export function flag(call: string[], name: string): string {
  const found = call.find((argument) => argument.startsWith(`--${name}=`));
  if (found === undefined) throw new Error(`no --${name} in: ${call.join(' ')}`);
  return found.slice(name.length + 3);
}
