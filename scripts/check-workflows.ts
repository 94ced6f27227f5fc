import { basename } from 'node:path';
import { registerLogger, validate } from '@actions/languageservice';
import { clearCache } from '@actions/languageservice/utils/workflow-cache';
import { load } from 'js-yaml';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type CheckResult, filesOf, read } from './check-lib.ts';

/** The repository in `uses:` whose actions are those of this checkout. */
export const OURS = { owner: 'slipway-deploy', name: 'slipway' };

/** Actions of others that our workflows use, with the inputs that we give them. Another name is a finding. */
const OTHERS: Record<string, string[]> = {
  'actions/cache': ['path', 'key', 'restore-keys'],
  'actions/checkout': ['ref', 'persist-credentials'],
  'actions/download-artifact': ['name', 'path', 'run-id', 'github-token'],
  'actions/setup-go': ['go-version-file', 'cache-dependency-path'],
  'actions/setup-node': ['node-version', 'cache', 'package-manager-cache'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found', 'retention-days'],
  'docker/login-action': ['registry', 'username', 'password'],
  'google-github-actions/auth': [
    'workload_identity_provider',
    'service_account',
    'token_format',
    'access_token_scopes',
    'access_token_lifetime',
    'create_credentials_file',
    'export_environment_variables',
  ],
};

/** Metadata of the actions that a workflow uses: ours from this checkout, so that a wrong name of an input is found. */
const actionsMetadataProvider = {
  async fetchActionMetadata({ owner, name, path }: { owner: string; name: string; path?: string }) {
    if (owner === OURS.owner && name === OURS.name) {
      return load(read([path, 'action.yml'].filter(Boolean).join('/'))) as { name: string; description: string };
    }
    const inputs = OTHERS[`${owner}/${name}`]?.map((input) => [input, { description: '' }]);
    return inputs && { name, description: '', inputs: Object.fromEntries(inputs) };
  },
};

type FileReference = { path: string } | { owner: string; repository: string; path: string };

/** Our reusable workflows, and the actions that they name by `$/`, from this checkout. */
const fileProvider = {
  async getFileContent(reference: FileReference) {
    const isOurs = !('owner' in reference) || (reference.owner === OURS.owner && reference.repository === OURS.name);
    if (!isOurs) throw new Error(`${reference.owner}/${reference.repository} is not known here`);
    return { name: reference.path, content: read(reference.path) };
  },
};

/** Problems of one workflow or action.yml, reported by GitHub's own language service: keys, contexts, inputs, expressions. */
export async function problemsOf(file: string, text: string): Promise<string[]> {
  // The service tells workflows by their folder; workflows/ holds files that users copy there.
  const uri = `file:///${file.startsWith('workflows/') ? `.github/workflows/${basename(file)}` : file}`;
  const problems: string[] = [];
  // What goes wrong inside of the service is logged, not thrown.
  const internal = (message: string) => problems.push(`${file}:1: language service: ${message}`);
  registerLogger({ error: internal, warn: internal, info: () => {}, log: () => {} });
  // The service keeps what it parsed, by file.
  clearCache();
  const document = TextDocument.create(uri, 'yaml', 1, text);
  for (const { range, message } of await validate(document, { actionsMetadataProvider, fileProvider })) {
    problems.push(`${file}:${range.start.line + 1}: ${message}`);
  }
  return problems;
}

/** Every workflow and every action.yml. */
export async function checkWorkflows(): Promise<CheckResult> {
  const problems: string[] = [];
  for (const file of filesOf('workflows/**/*.yml', '.github/workflows/*.yml', 'action.yml', 'actions/**/action.yml')) {
    problems.push(...(await problemsOf(file, read(file))));
  }
  return { problems };
}
