import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { DockerCli } from './cli.ts';
import { missingProgram } from './translate-engine.ts';

/** A docker that can build with BuildKit, and how: by its plugin, or built in (before version 23). */
export interface BuildProgram {
  docker: DockerCli;
  buildx: boolean;
  /** It prints its progress as JSON (`--progress=rawjson`, buildx 0.13). */
  rawProgress: boolean;
}

/** The first docker in PATH. @throws EnvironmentError without one */
export function locateDocker(env: NodeJS.ProcessEnv): DockerCli {
  const [first] = programs(env);
  if (first === undefined) throw missingProgram('docker');
  return new DockerCli(first, env);
}

/**
 * The first docker in PATH that can build with BuildKit: with the buildx plugin, or a client before version 23, which has
 * BuildKit built in. A later client without the plugin has only the old builder, which has no secrets.
 * @see https://docs.docker.com/engine/release-notes/23.0/ ("buildx … the default builder")
 */
export async function locateBuilder(env: NodeJS.ProcessEnv): Promise<BuildProgram> {
  const candidates = programs(env);
  if (candidates.length === 0) throw missingProgram('docker');
  for (const file of candidates) {
    const docker = new DockerCli(file, env);
    const plugin = await docker.attempt(['buildx', 'version']);
    if (plugin.code === 0) return { docker, buildx: true, rawProgress: hasRawProgress(plugin.stdout) };
    // Needs no engine: --version prints the version of the client alone.
    const { stdout } = await docker.attempt(['--version']);
    const major = Number(/version (\d+)\./.exec(stdout)?.[1]);
    if (major >= 19 && major < 23) return { docker, buildx: false, rawProgress: false };
  }
  throw new EnvironmentError(`${candidates[0]} cannot build with BuildKit: its plugin buildx is missing`, {
    remedy:
      'Install docker-buildx-plugin (or docker-buildx), or add docker/setup-buildx-action before this action; `docker buildx version` must work.',
  });
}

/** `github.com/docker/buildx v0.30.1 <commit>`; builds of distributions may lack the `v`. */
function hasRawProgress(version: string): boolean {
  const [, major = '0', minor = '0'] = /\sv?(\d{1,5})\.(\d{1,5})\./.exec(version) ?? [];
  return Number(major) > 0 || Number(minor) >= 13;
}

function programs(env: NodeJS.ProcessEnv): string[] {
  const name = process.platform === 'win32' ? 'docker.exe' : 'docker';
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set(folders.map((folder) => join(folder, name)))].filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
