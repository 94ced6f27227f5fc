import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of this checkout. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where the demo keeps its repository and the addresses of what it leaves running. */
export const DEMO_FOLDER = join(repositoryRoot, '.slipway', 'demo');

/** Id of the demo's repository on its GitHub: what Slipway makes for it carries it as a label. */
export const REPOSITORY_ID = 260_117;
