import type { CodeInfo } from './code-info.ts';

/** Codes of findings in Dockerfiles, in the source of the app and in images. */
export const SOURCE_CODES = {
  'unpinned-base': {
    title: 'The base image is a tag without a digest',
    severity: 'note',
    why: 'The same commit builds another image tomorrow, without a change that anybody reviewed.',
  },
  hadolint: {
    title: 'hadolint reports a rule',
    severity: 'warning',
    why: 'hadolint is in PATH, so preflight shows what it says of the Dockerfile, as warnings at most.',
  },
  'secret-in-dockerfile': {
    title: 'The Dockerfile has a secret',
    severity: 'warning',
    why: 'Values of ENV and ARG stay in the history of the image: everybody who can pull it can read them.',
  },
  'secret-in-image': {
    title: 'The image has a credential',
    severity: 'error',
    why: 'Everybody who can pull the image can read each of its layers, also files that a later layer removes.',
  },
  'large-image': {
    title: 'The image is large',
    severity: 'note',
    why: 'A new node pulls all of it before the first pod starts there: scaling up and rollouts wait for that.',
  },
  'cache-in-image': {
    title: 'The cache of a package manager is in the image',
    severity: 'note',
    why: 'It makes each pull longer, and nothing reads it.',
  },
  'shell-form': {
    title: 'The command of the image is a line for a shell',
    severity: 'warning',
    why: 'A shell as the first process does not pass SIGTERM on: each rollout waits for the whole grace period.',
  },
  'development-server': {
    title: 'The container starts a development server',
    severity: 'warning',
    why: 'The server handles one request at a time or restarts on changes, shows its innards on errors, and often listens on localhost.',
  },
  'forwarded-for-believed': {
    title: 'Anybody can choose the address that the app sees',
    severity: 'note',
    why: 'A client can send X-Forwarded-For as well: allow lists, rate limits and logs then have the address that it chose.',
  },
} as const satisfies Record<string, CodeInfo>;
