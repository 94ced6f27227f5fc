import { spawn } from 'node:child_process';

/** Runs a program without a shell; resolves to its standard output, rejects with its last lines. */
export function program(
  file: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: 'pipe' });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(out);
      const last = `${err}\n${out}`.trim().split('\n').slice(-8).join('\n  ');
      reject(new Error(`${file} ${args.slice(0, 3).join(' ')} … exited with ${code}:\n  ${last}`));
    });
    // A program that ends before it has read its input says why by its exit code and its last lines.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}
