import { UserError } from '../../errors.ts';
import { secretLike } from '../../text/secret-like.ts';

/**
 * Refuses build arguments that look like secrets: their values stay in the image's history and in its provenance.
 * @see https://docs.docker.com/build/building/secrets/ ("Build arguments … are inappropriate for passing secrets")
 */
export function refuseSecretArgs(buildArgs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(buildArgs)) {
    const reason = secretLike(name, value);
    if (reason === undefined) continue;
    throw new UserError(
      `build argument ${name} looks like a secret (${reason}); it would stay in the image's history`,
      {
        remedy: `Pass it as a BuildKit secret: input \`secrets\` (id=value) and \`RUN --mount=type=secret,id=…\` in the Dockerfile.`,
      },
    );
  }
}
