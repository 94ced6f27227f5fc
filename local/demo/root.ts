import { fileURLToPath } from 'node:url';

/** Root of this checkout. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
