/** An expression that is not linear, or cannot be analysed, and why that is harmless. */
export interface Allowed {
  file: string;
  /** As it is written. */
  expression: string;
  /** What bounds the text that it reads. */
  bound: string;
}

const PATH = 'a path of the build context: at most 4,096 characters (PATH_MAX)';
const NAME = 'a name that Slipway has cut to at most 253 characters';
const HEADER = 'an HTTP header: Node reads at most 16 KiB of all headers together';

const PRINTED = 'the first 2,000 characters of a line, see LONGEST';

export const ALLOWED: readonly Allowed[] = [
  {
    file: 'src/adapters/context/credentials.ts',
    expression: '/(^|\\/)\\.kube\\/config$|kubeconfig[^/]*$|[^/]\\.(ya?ml|conf|json)$/i',
    bound: PATH,
  },
  {
    file: 'src/adapters/context/credentials.ts',
    expression: '/(^|\\/)\\.git\\/([^/]+\\/){0,20}config(\\.worktree)?$/',
    bound: PATH,
  },
  {
    file: 'src/stages/apply/error-line.ts',
    expression: '/^[\\w.:$/-]*(Error|Exception|Invalid|Failure)\\b.*:|\\b(ERROR|FATAL|Fatal|error|fatal|panic):\\s/',
    bound: 'the first 1,000 characters of a line, see LONGEST_READ',
  },
  {
    file: 'src/config/review-rules.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it is written
    expression: 'new RegExp(`^${source}$`)',
    bound: 'a host name of slipway.yml: at most 253 characters',
  },
  { file: 'src/objects/names.ts', expression: '/-+$/', bound: NAME },
  {
    file: 'src/plan/images/tags.ts',
    expression: '/^[.-]+|[.-]+$/g',
    bound: 'the name of a branch or a tag: GitHub takes at most 255 bytes',
  },
  {
    file: 'src/adapters/oci/challenge.ts',
    expression: '/([a-z_]{1,40})=(?:"((?:[^"\\\\]|\\\\.){0,4000})"|([^\\s,]+))/gi',
    bound: HEADER,
  },
  {
    file: 'src/text/hide-secrets.ts',
    expression: '/([\\w.-]+)["\']?[ \\t]{0,8}$/',
    bound: 'the 120 characters before a sign, see LONGEST_NAME',
  },
  {
    file: 'src/preflight/running/dialled.ts',
    expression:
      "/host='([\\w.-]{1,253})', port=\\d{1,5}.{0,200}(?:Name or service not known|Name resolution|name resolution)/",
    bound: PRINTED,
  },
  {
    file: 'src/preflight/running/dialled.ts',
    expression: '/getaddrinfo\\(3\\)?:? .{0,40}"([\\w.-]{1,253})"/',
    bound: PRINTED,
  },
  {
    file: 'src/preflight/running/dialled.ts',
    expression: "/host='(\\d{1,3}(?:\\.\\d{1,3}){3})', port=\\d{1,5}.{0,300}Network is unreachable/",
    bound: PRINTED,
  },
  {
    file: 'src/preflight/running/dialled.ts',
    expression: '/(\\d{1,3}(?:\\.\\d{1,3}){3}:\\d{1,5}).{0,40}(?:Network is unreachable|No route to host)/i',
    bound: PRINTED,
  },
  {
    file: 'src/text/secret-like.ts',
    expression: '/:\\/\\/[^/\\s:@]{0,256}:(?!\\$[({])[^/\\s@]{1,256}@/',
    bound: 'both of its repetitions are: at most 256 characters',
  },
];
