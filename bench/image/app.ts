import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Megabytes that the step of the dependencies adds. */
const DEPENDENCIES = 40;

/**
 * An application as most are: a step that installs dependencies, which its lock file decides, and one that compiles the sources.
 * @param salt keeps the steps of one measurement apart from those of another
 */
export function dockerfile(base: string, salt: string): string {
  return [
    `FROM ${base}`,
    'WORKDIR /app',
    'COPY deps.lock .',
    `RUN : ${salt}; head -c ${DEPENDENCIES}000000 /dev/urandom > deps && sha256sum deps > deps.sum`,
    'COPY src src',
    'RUN head -c 20000000 deps | gzip -9 > built && cat src/* | sha256sum >> built',
    'CMD ["sleep", "infinity"]',
    '',
  ].join('\n');
}

/** The sources; `line` is the one that changes. */
export function sources(line: string): Record<string, string> {
  const files = Array.from({ length: 300 }, (_, index) => [
    `src/file-${index}.txt`,
    `${`line of file ${index}\n`.repeat(100)}`,
  ]);
  return { 'deps.lock': 'dependency 1.0.0\n', ...Object.fromEntries(files), 'src/main.txt': `${line}\n` };
}

export async function writeAll(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
