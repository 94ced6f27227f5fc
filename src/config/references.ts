import { contextProblems } from './context-rules.ts';
import { imageProblems, imagesOf } from './images.ts';
import { podProblems } from './pod-rules.ts';
import { type Problems, unknownName } from './problems.ts';
import { processProblems } from './process-rules.ts';
import { reviewProblems } from './review-rules.ts';
import type { Config } from './schema.ts';
import { secretEnvProblems } from './secret-env-rules.ts';
import { requiredTests, testsOf } from './tests.ts';
import { valueProblems } from './value-rules.ts';

const PUSHED_ONLY =
  'a test with `against: review` runs in the pushed image, and a stage for tests is not pushed; give it an entry of its own in `images`, or leave `against` out';

/** Names that must exist elsewhere in the file, and rules between keys that a schema cannot state. */
export function checkReferences(config: Config, problems: Problems): void {
  const { environments = {}, review } = config;
  const tests = testsOf(config);
  for (const [name, { promoteFrom: from, verify }] of Object.entries(environments)) {
    if (from === undefined) {
      const own = ['environments', name, 'verify'];
      if (verify !== undefined) problems.at(own, () => `${own.join('.')}: only a promotion verifies; set promoteFrom`);
      continue;
    }
    const path = ['environments', name, 'promoteFrom'];
    if (from === name) {
      problems.at(path, () => `${path.join('.')}: an environment cannot be promoted from itself`);
    } else if (!Object.hasOwn(environments, from)) {
      problems.at(path, () => unknownName(path, from, Object.keys(environments)));
    }
  }
  const images = Object.keys(imagesOf(config));
  for (const [name, { image, target, against }] of Object.entries(tests)) {
    const path = ['tests', name, 'image'];
    if (target !== undefined && against !== undefined)
      problems.at(['tests', name, 'target'], () => `tests.${name}.target: ${PUSHED_ONLY}`);
    if (image !== undefined && !images.includes(image)) problems.at(path, () => unknownName(path, image, images));
    if (image === undefined && images.length > 1) {
      problems.at(path, () => `${path.join('.')}: is missing; name one of the images: ${images.join(', ')}`);
    }
  }
  const inImage = Object.keys(tests).filter((name) => tests[name]?.against === undefined);
  for (const name of requiredTests(config)) {
    const path = ['tests', 'required'];
    if (!inImage.includes(name)) problems.at(path, () => unknownName(path, name, inImage));
  }
  const known = Object.keys(tests).filter((name) => tests[name]?.against === 'review');
  for (const [index, name] of (review?.tests ?? []).entries()) {
    if (!known.includes(name)) {
      problems.at(['review', 'tests', index], () => unknownName(['review', 'tests'], name, known));
    }
  }
  const rules = [
    imageProblems,
    contextProblems,
    processProblems,
    podProblems,
    reviewProblems,
    secretEnvProblems,
    valueProblems,
  ];
  for (const { path, message } of rules.flatMap((rule) => rule(config))) problems.at(path, () => message);
}
