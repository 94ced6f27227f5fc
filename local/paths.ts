import { homedir } from 'node:os';
import { join } from 'node:path';

const base = (variable: string, fallback: string): string => process.env[variable] || join(homedir(), fallback);

/** What is kept over `down`: built programs, image stores. Shared by every clone on the machine. */
export const cacheDir = join(base('XDG_CACHE_HOME', '.cache'), 'slipway');

/** What one running platform is: its processes, logs, keys, cluster data. Gone after `down`. */
export const stateDir = join(base('XDG_STATE_HOME', '.local/state'), 'slipway');

/** Sockets and mounts: a short path, because a socket's path is at most 108 bytes long. */
export const runDir = '/run/slipway';

export const logsDir = join(stateDir, 'logs');
export const keysDir = join(stateDir, 'keys');
export const platformFile = join(stateDir, 'platform.json');
export const adminKubeconfig = join(stateDir, 'admin.kubeconfig');
export const containerdSocket = join(runDir, 'containerd.sock');
export const dockerSocket = join(runDir, 'docker.sock');
/** kubectl, helm: the folder to put first in PATH. */
export const toolsDir = join(cacheDir, 'bin');
