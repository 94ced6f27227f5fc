/** The import rules of docs/architecture.md. */
const sdk =
  '^(@actions|@google-cloud|@kubernetes|google-auth-library|(node:)?(child_process|fs|http|https|tls)$|(node:)?fs/)';
const packages = 'node_modules/(@actions|@google-cloud|@kubernetes|google-auth-library)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: '`import type` counts as well', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-cycles-of-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'pure-cores',
      comment:
        'event, objects, plan, preflight, readiness, report, sbom and text are pure: no SDK, no file, no adapter, no stage',
      severity: 'error',
      from: { path: '^src/(event|objects|plan|preflight|readiness|report|sbom|text)/' },
      to: { path: `(${sdk}|${packages}|^src/(adapters|entry|stages)/)` },
    },
    {
      name: 'objects-know-no-plan',
      severity: 'error',
      from: { path: '^src/objects/' },
      to: { path: '^src/(plan|inputs|event|readiness|report)/' },
    },
    {
      name: 'stages-know-ports-only',
      severity: 'error',
      from: { path: '^src/stages/' },
      to: { path: `(${sdk}|${packages}|^src/(adapters|entry|inputs)/)` },
    },
    {
      name: 'ports-know-nothing',
      severity: 'error',
      from: { path: '^src/ports' },
      to: { pathNot: '^src/ports' },
    },
    {
      name: 'only-entry-wires',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(entry|adapters)/' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'sdk-in-adapters-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/adapters/' },
      to: { path: '(node_modules/(@actions|@google-cloud|@kubernetes|google-auth-library)|^(node:)?child_process$)' },
    },
    {
      name: 'adapters-know-no-stage',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/(stages|entry|report)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kubernetes-in-its-adapters-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/adapters/(kube|gke)/' },
      to: { path: 'node_modules/@kubernetes' },
    },
    {
      name: 'nothing-from-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|local|scripts|bench)/' },
    },
    {
      name: 'one-yaml-library',
      comment: 'js-yaml reads and writes all YAML; `yaml` is here for a development tool alone',
      severity: 'error',
      from: {},
      to: { path: 'node_modules/yaml/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
