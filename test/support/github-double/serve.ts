// The double as a process of its own, for the demo: `node --import tsx test/support/github-double/serve.ts`.
// Prints one line of JSON with its addresses and a token once it listens, and ends on SIGTERM or SIGINT.
// Arguments: --port <n> --repository <owner/name> --repository-id <n> --default-branch <name>
import { parseArgs } from 'node:util';
import { startGitHubDouble } from './double.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    repository: { type: 'string', default: 'acme/parking' },
    'repository-id': { type: 'string', default: '424242' },
    'default-branch': { type: 'string', default: 'main' },
  },
});
const double = await startGitHubDouble({
  port: Number(values.port),
  repository: values.repository,
  repositoryId: Number(values['repository-id']),
  defaultBranch: values['default-branch'],
  log: (line) => process.stderr.write(`${line}\n`),
});
const { url, apiUrl, token, repository } = double;
process.stdout.write(`${JSON.stringify({ url, apiUrl, token, repository, pid: process.pid })}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void double.close());
