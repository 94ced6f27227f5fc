import { readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, resolve } from 'node:path';
import {
  type Cluster,
  type Context,
  newClusters,
  newContexts,
  newUsers,
} from '@kubernetes/client-node/dist/config_types.js';
import { nearest } from '../../config/nearest.ts';
import { messageOf, UserError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import { refuseFilesOutside } from './kubeconfig-files.ts';
import { type FileUser, userOf } from './kubeconfig-user.ts';
import { kubeValues } from './yaml/read.ts';

interface Loaded {
  current: string | undefined;
  contexts: Context[];
  clusters: Cluster[];
  users: FileUser[];
}

/**
 * The connection that a kubeconfig describes.
 * @param files one path, or several joined as in KUBECONFIG; of two entries of one name the first counts
 * @param context undefined: the kubeconfig's own current-context
 * @param workspace folder of the checkout; a kubeconfig in it names no file outside of it
 * @throws UserError when it cannot be read, lacks the context, or would start a program to sign in
 */
export function readKubeconfig(files: string, context: string | undefined, workspace?: string): Connection {
  const paths = files.split(delimiter).filter((path) => path !== '');
  const loaded = merge(paths.map((path) => inPlace(path, workspace)));
  if (loaded.contexts.length === 0) throw noContexts(files);
  const name = context ?? loaded.current;
  if (!name) throw new UserError(`${files}: no current-context, and none was given`, { remedy: chooseOne(loaded) });
  const found = loaded.contexts.find((entry) => entry.name === name);
  if (!found) throw unknownContext(files, name, loaded);
  const cluster = loaded.clusters.find((entry) => entry.name === found.cluster);
  const user = loaded.users.find((entry) => entry.name === found.user);
  if (!cluster) throw dangling(files, name, 'cluster', found.cluster);
  if (!user) throw dangling(files, name, 'user', found.user);
  return {
    name,
    server: cluster.server,
    ca: pem(cluster.caData, cluster.caFile, files),
    serverName: cluster.tlsServerName,
    insecure: cluster.skipTLSVerify,
    proxy: cluster.proxyUrl,
    ...userOf(user, files, pem),
  };
}

function inPlace(file: string, workspace: string | undefined): Loaded {
  const loaded = load(file);
  const { clusters, users } = loaded;
  const named = [
    ...clusters.map(({ caFile }) => caFile),
    ...users.flatMap(({ certFile, keyFile, tokenFile: token }) => [certFile, keyFile, token]),
  ];
  refuseFilesOutside(file, named, workspace);
  return loaded;
}

function load(file: string): Loaded {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const from = isAbsolute(file) ? '' : `, relative to ${process.cwd()}`;
    throw new UserError(`kubeconfig ${file}${from} cannot be read: ${messageOf(cause)}`, {
      remedy: `Give the path of a kubeconfig${from && ', an absolute one in KUBECONFIG'} (input \`kubeconfig\`, or KUBECONFIG of the step).`,
      cause,
    });
  }
  try {
    const raw = (kubeValues(text)[0] ?? {}) as Record<string, unknown>;
    const folder = dirname(resolve(file));
    const loaded: Loaded = {
      current: typeof raw['current-context'] === 'string' ? raw['current-context'] : undefined,
      contexts: newContexts(raw.contexts),
      clusters: newClusters(raw.clusters),
      users: newUsers(raw.users).map((user) => ({ ...user, ...tokenFile(raw.users, user.name) })),
    };
    return absolute(loaded, folder);
  } catch (cause) {
    // Never the parser's own text: it quotes lines, and a kubeconfig holds keys.
    throw new UserError(`${file} is not a kubeconfig`, {
      remedy: `Check it with: kubectl config view --kubeconfig ${file}`,
      cause: cause instanceof Error && cause.name === 'Error' ? cause : undefined,
    });
  }
}

/** client-node does not know `tokenFile`. */
function tokenFile(users: unknown, name: string): { tokenFile?: string } {
  if (!Array.isArray(users)) return {};
  const entries = users as { name?: string; user?: { tokenFile?: unknown } }[];
  const file = entries.find((entry) => entry.name === name)?.user?.tokenFile;
  return typeof file === 'string' ? { tokenFile: file } : {};
}

/** Paths in a kubeconfig are relative to its folder. */
function absolute(loaded: Loaded, folder: string): Loaded {
  const at = (path: string | undefined) => (path && !isAbsolute(path) ? resolve(folder, path) : path);
  return {
    ...loaded,
    clusters: loaded.clusters.map((cluster) => ({ ...cluster, caFile: at(cluster.caFile) })),
    users: loaded.users.map((user) => ({
      ...user,
      certFile: at(user.certFile),
      keyFile: at(user.keyFile),
      tokenFile: at(user.tokenFile),
    })),
  };
}

function merge(all: Loaded[]): Loaded {
  return {
    current: all.find((one) => one.current)?.current,
    contexts: all.flatMap((one) => one.contexts),
    clusters: all.flatMap((one) => one.clusters),
    users: all.flatMap((one) => one.users),
  };
}

function pem(data: string | undefined, file: string | undefined, where: string): string | undefined {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${where}: ${file} cannot be read: ${messageOf(cause)}`, {
      remedy: 'Put the certificates into the kubeconfig itself: kubectl config view --flatten --minify --raw',
      cause,
    });
  }
}

function chooseOne(loaded: Loaded): string {
  return `Set the input \`context\` to one of: ${loaded.contexts.map((context) => context.name).join(', ')}.`;
}

/** Most often an empty file: it was written from a secret that the job does not have. */
function noContexts(files: string): UserError {
  return new UserError(`kubeconfig ${files} is empty: it has no contexts`, {
    remedy:
      'Is the secret set that it is written from? A job sees those of a GitHub environment only when it names it (environment: …).',
  });
}

function unknownContext(files: string, name: string, loaded: Loaded): UserError {
  const near = nearest(
    name,
    loaded.contexts.map((context) => context.name),
  );
  return new UserError(`${files}: there is no context "${name}"`, {
    remedy: near ? `Did you mean "${near}"?` : chooseOne(loaded),
  });
}

function dangling(files: string, context: string, what: string, name: string): UserError {
  return new UserError(`${files}: context "${context}" names the ${what} "${name}", which does not exist`, {
    remedy: `Add the ${what}, or create the kubeconfig again with its tool.`,
  });
}
