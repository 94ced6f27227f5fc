import { imageKey, imagesOf } from './images.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config } from './schema.ts';

const NAME = /^[a-z0-9][a-z0-9._/:@-]{0,254}$/;

/**
 * Rules of the named contexts of images.
 * @see https://docs.docker.com/build/concepts/context/#named-contexts
 */
export function contextProblems(config: Config): RuleProblem[] {
  return Object.entries(imagesOf(config)).flatMap(([image, { contexts = {} }]) => {
    const key = [...imageKey(image, config).split('.'), 'contexts'];
    return Object.entries(contexts).flatMap(([name, value]) =>
      [nameProblem(name), valueProblem(value)].flatMap((problem) =>
        problem === undefined ? [] : [ruleProblem([...key, name], problem)],
      ),
    );
  });
}

function nameProblem(name: string): string | undefined {
  if (!NAME.test(name) || name.includes('::')) return 'the name must be that of a stage or an image, in lower case';
  if (/^\d+$/.test(name)) return 'the name is a number, which means a stage in a Dockerfile; use another name';
  if (/^(scratch|context)$/.test(name)) return `BuildKit never looks up a context "${name}"; use another name`;
  return undefined;
}

function valueProblem(value: string): string | undefined {
  if (value.startsWith('docker-image://')) return undefined;
  if (!/^[a-z0-9+.-]*:|^git@/i.test(value)) return undefined;
  return 'must be a folder of the repository, or docker-image://<reference>; what another source holds is not known before the build: check it out at a commit (actions/checkout with `path`), and name its folder';
}
