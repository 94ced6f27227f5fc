import { registerLogger, validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { type CheckResult, filesOf, read } from './check-lib.ts';

/** The repository in `uses:` whose actions are those of this checkout. */
export const OURS = { owner: 'slipway-deploy', name: 'slipway' };

/** Actions of others that our workflows use, with the inputs that we give them. Another name is a finding. */
const OTHERS: Record<string, string[]> = {
  'actions/checkout': ['ref', 'persist-credentials'],
  'actions/setup-go': ['go-version-file', 'cache-dependency-path'],
  'actions/setup-node': ['node-version', 'cache', 'package-manager-cache'],
  'google-github-actions/auth': ['workload_identity_provider', 'service_account'],
};

/** Metadata of the actions that a workflow uses: ours from this checkout, so that a wrong name of an input is found. */
const actionsMetadataProvider = {
  async fetchActionMetadata({ owner, name, path }: { owner: string; name: string; path?: string }) {
    if (owner === OURS.owner && name === OURS.name) return parse(read([path, 'action.yml'].filter(Boolean).join('/')));
    const inputs = OTHERS[`${owner}/${name}`]?.map((input) => [input, { description: '' }]);
    return inputs && { name, description: '', inputs: Object.fromEntries(inputs) };
  },
};

/** Every workflow and action.yml against GitHub's own language service: keys, contexts, inputs, expressions. */
export async function checkWorkflows(): Promise<CheckResult> {
  const problems: string[] = [];
  // What goes wrong inside of the service is logged, not thrown.
  const internal = (message: string) => problems.push(`language service: ${message}`);
  registerLogger({ error: internal, warn: internal, info: () => {}, log: () => {} });
  for (const file of filesOf('workflows/*.yml', '.github/workflows/*.yml', 'action.yml', 'actions/**/action.yml')) {
    // The service tells workflows by their folder; workflows/ holds files that users copy there.
    const uri = `file:///${file.startsWith('workflows/') ? `.github/${file}` : file}`;
    const document = TextDocument.create(uri, 'yaml', 1, read(file));
    for (const { range, message } of await validate(document, { actionsMetadataProvider })) {
      problems.push(`${file}:${range.start.line + 1}: ${message}`);
    }
  }
  return { problems };
}
