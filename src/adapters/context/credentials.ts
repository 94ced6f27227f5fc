/** A form of credential file: its path, and what its text contains. */
interface Form {
  what: string;
  path: RegExp;
  text: RegExp[];
}

const FORMS: Form[] = [
  // google-github-actions/auth writes it into the workspace: https://github.com/google-github-actions/auth/issues/123
  { what: 'the credentials file of google-github-actions/auth', path: /(^|\/)gha-creds-[^/]+\.json$/, text: [] },
  {
    what: 'a Google credentials file',
    path: /\.json$/,
    text: [
      /"type"\s*:\s*"(service_account|external_account|authorized_user|impersonated_service_account)"/,
      /"(private_key|credential_source|refresh_token|source_credentials)"\s*:/,
    ],
  },
  {
    what: 'a kubeconfig with credentials',
    path: /(^|\/)\.kube\/config$|kubeconfig[^/]*$|[^/]\.(ya?ml|conf|json)$/i,
    text: [
      /^[ \t]{0,80}"?kind"?[ \t]{0,80}:[ \t]{0,80}"?Config\b/m,
      /^[ \t]{0,80}"?users"?[ \t]{0,80}:/m,
      /\b(token|client-key-data|client-key|password|exec|auth-provider)"?\s*:/,
    ],
  },
  {
    what: 'a git configuration with a token',
    path: /(^|\/)\.git\/([^/]+\/){0,20}config(\.worktree)?$/,
    text: [/extraheader[ \t]*=[ \t]*authorization:|:\/\/[^/\s:@]*:[^/\s@]*@/i],
  },
  { what: 'a Docker sign-in', path: /(^|\/)\.docker\/config\.json$/, text: [/"(auth|identitytoken)"\s*:\s*"[^"]/] },
  { what: 'a netrc with a password', path: /(^|\/)[._]netrc$/, text: [/\bpassword\s+\S/] },
  // `${NPM_TOKEN}` is a reference to the environment and holds nothing.
  { what: 'an npm token', path: /(^|\/)\.npmrc$/, text: [/_auth(Token)?\s*=\s*"?[^\s"$]/] },
];

/** Bytes. Larger files are not read. */
export const LARGEST_CREDENTIAL = 256 * 1024;

/** Whether the file at this path may be a credential. Slipway reads the text of these files only. */
export function mayBeCredential(path: string): boolean {
  return FORMS.some((form) => form.path.test(path));
}

/** What credential the file is, in words; undefined for none. */
export function credentialIn(path: string, text: string): string | undefined {
  return FORMS.find((form) => form.path.test(path) && form.text.every((part) => part.test(text)))?.what;
}
