/** The parts of an image's configuration by which Slipway judges an archive. */
export interface ImageConfig {
  /** JSON that Slipway has written. */
  json: string;
  /** Digests of the uncompressed layers, sha256:…, in their order. */
  diffIds: string[];
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties */
const IMAGE_KEYS = [
  'architecture',
  'author',
  'comment',
  'config',
  'created',
  'docker_version',
  'history',
  'os',
  'os.features',
  'os.version',
  'rootfs',
  'variant',
];
/** @see https://github.com/moby/docker-image-spec/blob/v1.3.1/specs-go/v1/image.go */
const CONFIG_KEYS = [
  'ArgsEscaped',
  'AttachStderr',
  'AttachStdin',
  'AttachStdout',
  'Cmd',
  'Domainname',
  'Entrypoint',
  'Env',
  'ExposedPorts',
  'Healthcheck',
  'Hostname',
  'Image',
  'Labels',
  'OnBuild',
  'OpenStdin',
  'Shell',
  'StdinOnce',
  'StopSignal',
  'StopTimeout',
  'Tty',
  'User',
  'Volumes',
  'WorkingDir',
];
const OWN_LABEL = /^slipway\.dev\//i;

/**
 * Reads the configuration of an untrusted image, and writes it again with the known keys alone, each once. A key that an
 * engine would read in another way (`labels`, or a repeated key) does not reach the engine.
 * Labels `slipway.dev/*` are left out: they are statements of Slipway about images that it has built itself.
 * @throws Error that says why the text is not a configuration
 */
export function rewriteConfig(text: string): ImageConfig {
  const given = record(parsed(text), 'it');
  const rootfs = record(given.rootfs, 'rootfs');
  const diffIds = rootfs.diff_ids;
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest)) throw new Error('rootfs.diff_ids is not a list of digests');
  const known = pick(given, IMAGE_KEYS);
  known.rootfs = { type: 'layers', diff_ids: diffIds };
  if (given.config !== undefined && given.config !== null) known.config = rewriteRunConfig(given.config);
  return { json: goJson(known), diffIds };
}

function rewriteRunConfig(value: unknown): Record<string, unknown> {
  const config = pick(record(value, 'config'), CONFIG_KEYS);
  if (config.Labels === undefined || config.Labels === null) return config;
  const labels = Object.entries(record(config.Labels, 'config.Labels')).filter(([name]) => !OWN_LABEL.test(name));
  config.Labels = Object.fromEntries(labels);
  return config;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} is not an object`);
}

/** In the order of the original: an image without unknown keys keeps its id. */
function pick(object: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

/** JSON as Go writes it, byte for byte. @see https://pkg.go.dev/encoding/json#Marshal ("escaped … to \u003c") */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
