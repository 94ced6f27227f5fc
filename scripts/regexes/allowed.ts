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
const LINE = 'a line of a repository that init reads: at most 500 characters, see LONGEST_LINE';
const COMMAND = 'a command that init reads: at most 1,000 characters, see LONGEST_COMMAND';
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
  {
    file: 'src/plan/init/detect/health.ts',
    expression:
      '/https?:\\/\\/(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\$?\\{?[\\w.-]+\\}?)(?::([^/\\s"\']{1,40}))?(\\/[\\w./-]*)/',
    bound: LINE,
  },
  {
    file: 'src/plan/init/detect/health.ts',
    expression:
      '/["\'`]\\/((?:[\\w-]+\\/){0,3}_{0,2}(?:health|health[_-]?check|heartbeat|lbheartbeat)_{0,2}(?:\\/(?:ready|readiness|live|liveness))?)\\/?["\'`]/',
    bound: LINE,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:[\\w./-]+ )?(?:\\.\\/|[\\w/]+\\/)?manage\\.py migrate\\b(?: --?[\\w-]+)*)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:[\\w./-]+ )?(?:\\w+ run )?flask db upgrade\\b)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:[\\w./-]+ run )?alembic upgrade heads?\\b)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:bundle exec |\\.?\\/?bin\\/)*(?:rails|rake) db:(?:migrate|prepare)(?::[\\w-]+)?\\b)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/(php (?:[\\w./-]+\\/)?artisan migrate\\b(?: --?[\\w-]+)*)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:php )?(?:[\\w./-]+\\/)?bin\\/console doctrine:migrations:migrate\\b(?: --?[\\w-]+)*)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:npx |yarn |pnpm |bunx )?prisma migrate deploy\\b(?: --schema[ =][\\w./-]+)?)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:[\\w./-]+ )eval ["\']?[A-Z][\\w.]*Release\\w*\\.(?:migrate|create_and_migrate)[\\w.()]*["\']?)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/((?:\\/[\\w./-]+\\/|\\.\\/|)?bin\\/migrate\\b)/',
    bound: COMMAND,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/^\\s*preDeployCommand:\\s*["\']?(.+?)["\']?$/',
    bound: LINE,
  },
  {
    file: 'src/plan/init/detect/migrate.ts',
    expression: '/"((?:db:|typeorm:)?(?:migrate|migrations?:run|migrate:latest|migrate:deploy|db:migrate))":\\s*"/',
    bound: LINE,
  },
  { file: 'src/plan/init/detect/names.ts', expression: '/-+$/', bound: NAME },
  {
    file: 'src/plan/init/detect/names.ts',
    expression: '/\\/+$/',
    bound: 'the URL of a remote, cut to 1,000 characters',
  },
  { file: 'src/plan/init/detect/objects.ts', expression: '/^\\s*-?\\s*name:\\s*([\\w-]+)/', bound: LINE },
  { file: 'src/plan/init/detect/port.ts', expression: '/\\bPORT:.*\\.default\\((\\d{4,5})\\)/', bound: LINE },
  { file: 'src/plan/init/detect/port.ts', expression: '/\\.run\\([^)]*\\bport\\s*=\\s*(\\d{2,5})/', bound: LINE },
  { file: 'src/plan/init/detect/processes.ts', expression: '/\\s*(>>?|2>).*$/', bound: LINE },
  {
    file: 'src/plan/init/detect/registry.ts',
    expression: '/\\b([a-z0-9-]{2,40}-docker\\.pkg\\.dev\\/[a-z0-9-]{2,40}\\/[a-z0-9-]{2,60})\\//',
    bound: LINE,
  },
  {
    file: 'src/plan/init/detect/registry.ts',
    expression: '/\\b((?:[a-z]{2,6}\\.)?gcr\\.io\\/[a-z0-9-]{2,40})\\//',
    bound: LINE,
  },
  { file: 'src/plan/init/detect/test-tools.ts', expression: '/(^|\\/)tests\\/.*\\.py$/', bound: PATH },
  { file: 'src/plan/init/detect/test-tools.ts', expression: '/(^|\\/)spec\\/.*_spec\\.rb$/', bound: PATH },
  { file: 'src/plan/init/detect/test-tools.ts', expression: '/(^|\\/)test\\/.*_test\\.rb$/', bound: PATH },
  { file: 'src/plan/init/detect/test-tools.ts', expression: '/tests?[^/]*\\.csproj$/i', bound: PATH },
  { file: 'src/plan/init/detect/test-tools.ts', expression: '/(^|\\/)test\\/.*_test\\.exs$/', bound: PATH },
  {
    file: 'src/plan/init/detect/variables.ts',
    expression: '/settings.*\\.py$|(^|\\/)(config|base|production)\\.py$/',
    bound: PATH,
  },
  {
    file: 'src/plan/init/detect/variables.ts',
    expression: '/ALLOWED_HOSTS\\s*=.*["\'](\\w*ALLOWED_HOSTS\\w*)["\']/',
    bound: LINE,
  },
  {
    file: 'src/plan/init/detect/view.ts',
    expression:
      '/(^|\\/)(tests?|spec|specs|__tests__|e2e|cypress|testdata|benchmarks?|docs|examples?|scripts|tools|\\.[^/]+)\\/|[._-](test|spec)s?\\.\\w+$|_test\\.\\w+$|(^|\\/)(test_\\w+|conftest)\\.py$|Tests?\\.(java|kt|cs)$/',
    bound: PATH,
  },
  { file: 'src/plan/init/detect/view.ts', expression: '/[;&|)]+$/', bound: COMMAND },
  {
    file: 'src/plan/init/read/compose.ts',
    expression: '/(^|\\/)[^/]*(docker-|podman-)?compose[^/]*\\.ya?ml$/',
    bound: PATH,
  },
  { file: 'src/plan/init/read/dependencies.ts', expression: '/^\\[+([^\\]]+)\\]/', bound: LINE },
  {
    file: 'src/plan/init/read/dependencies.ts',
    expression: '/^\\s*["\']?([A-Za-z][\\w.-]*)\\s*(?:\\[[\\w,]*\\])?\\s*[<>=~]=/',
    bound: LINE,
  },
  {
    file: 'src/plan/init/read/dependencies.ts',
    expression: '/^(?:require)?\\s+([\\w.-]+\\.[\\w.-]+\\/\\S+)\\s+v/',
    bound: LINE,
  },
  {
    file: 'src/plan/init/repository.ts',
    expression:
      '/(^|\\/)(Procfile|Gemfile|Pipfile|Rakefile|crontab|go\\.mod|pom\\.xml|build\\.gradle|build\\.gradle\\.kts|Cargo\\.toml|mvnw|gradlew|\\.dockerignore|\\.env[^/]*|env\\.[a-z]+|[^/]*(Dockerfile|Containerfile)[^/]*)$/i',
    bound: PATH,
  },
];
