import { UserError } from '../errors.ts';
import type { CommonInputs } from './common.ts';
import type { Inputs } from './read.ts';

/** Inputs of build-image; they override slipway.yml. `secretInputs` reads the values of secrets. */
export interface BuildInputs {
  /** Absolute folder of the application. */
  workingDirectory: string;
  context: string | undefined;
  dockerfile: string | undefined;
  target: string | undefined;
  platforms: string[];
  buildArgs: Record<string, string>;
  secretIds: string[];
  /** Agents and keys, as `docker build --ssh` takes them. */
  ssh: string[];
  tags: string[];
  labels: Record<string, string>;
  cache: string[];
  force: boolean;
}

export function buildInputs(inputs: Inputs, common: CommonInputs): BuildInputs {
  return {
    workingDirectory: common.workingDirectory,
    context: inputs.text('context'),
    dockerfile: inputs.text('dockerfile'),
    target: inputs.text('target'),
    platforms: inputs.list('platforms'),
    buildArgs: inputs.pairs('build-args'),
    secretIds: Object.keys(secretInputs(inputs)),
    ssh: sshInputs(inputs),
    tags: inputs.list('tags'),
    labels: inputs.pairs('labels'),
    cache: inputs.lines('cache'),
    force: inputs.flag('force') ?? false,
  };
}

/** Input `ssh`: `default`, or lines of id=path of a socket or of keys. */
function sshInputs(inputs: Inputs): string[] {
  return inputs.lines('ssh').map((line) => {
    if (/^[A-Za-z0-9._-]{1,100}(=[^\s,=]{1,4000}){0,1}$/.test(line)) return line;
    throw new UserError(`input \`ssh\`: "${line}" is neither an id nor id=path`, {
      remedy: 'Write `default` for the agent of SSH_AUTH_SOCK, or one id=path of a socket or a key per line.',
    });
  });
}

/** Input `secrets`: lines of id=value. A message about a wrong line never quotes the line. */
export function secretInputs(inputs: Inputs): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [index, line] of inputs.lines('secrets').entries()) {
    const at = line.indexOf('=');
    const id = line.slice(0, Math.max(at, 0)).trim();
    if (!/^[A-Za-z0-9._-]+$/.test(id)) {
      throw new UserError(`input \`secrets\`: line ${index + 1} is not id=value`, {
        remedy:
          'Write one id=value per line. A value of several lines goes into an environment variable of the step; name it in slipway.yml under image.secrets.',
      });
    }
    secrets[id] = line.slice(at + 1);
  }
  return secrets;
}

/** Variables of the runner, of this action, and of sign-ins to clouds, clusters and registries. */
const NOT_FOR_BUILDS =
  /^(ACTIONS_|INPUT_|GITHUB_|RUNNER_|GOOGLE_|CLOUDSDK_|GCLOUD_|AWS_|AZURE_|ARM_|DOCKER_|BUILDX_|BUILDKIT_|SLIPWAY_|KUBE|GH_TOKEN$|GH_ENTERPRISE_TOKEN$)/i;

function notForBuilds(id: string, variable: string): UserError {
  return new UserError(`build secret ${id}: the variable ${variable} is not for builds`, {
    remedy: `It belongs to the runner or to a sign-in, and slipway.yml may be that of a pull request. Give the step a variable of your own (env: { BUILD_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}: … }), or the input \`secrets\`.`,
  });
}

/**
 * The values of all BuildKit secrets by id, from the input `secrets` and from the variables that slipway.yml names.
 * @param configured `image.secrets` of slipway.yml: id → name of a variable
 * @param key of the image in slipway.yml, for messages: `image` or `images.<name>`
 * @param fork the code is from a fork: it is built without any secret
 * @throws UserError for a variable that is not set, which would fail somewhere in the middle of the build, or that belongs to
 *   the runner or to a sign-in: slipway.yml is that of the pull request, and must not choose among them
 */
export function buildSecrets(
  inputs: Inputs,
  configured: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
  fork: boolean,
  key = 'image',
): Map<string, string> {
  if (fork) return new Map();
  const secrets = new Map(Object.entries(secretInputs(inputs)));
  for (const [id, variable] of Object.entries(configured)) {
    if (secrets.has(id)) continue;
    if (NOT_FOR_BUILDS.test(variable)) throw notForBuilds(id, variable);
    const value = env[variable];
    if (!value) {
      throw new UserError(`build secret ${id}: the environment variable ${variable} is not set`, {
        remedy: `Give the step \`env: { ${variable}: \${{ secrets.${variable} }} }\`, or take ${key}.secrets.${id} out of slipway.yml.`,
      });
    }
    secrets.set(id, value);
  }
  return secrets;
}
