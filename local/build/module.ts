import { fileURLToPath } from 'node:url';
import { run } from '../machine/run.ts';

/** The folder of one of our Go modules. */
export const moduleFolder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The folder in Go's module cache with the source of a dependency of one of our modules, which is downloaded if needed. */
export async function moduleSource(module: string, dependency: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', dependency], { cwd: module, env: { GOFLAGS: '' } });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
