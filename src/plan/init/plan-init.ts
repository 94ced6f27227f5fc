import { parseConfig } from '../../config/load.ts';
import { InternalError, UserError } from '../../errors.ts';
import { type Findings, findingsOf, type InitAnswers } from './findings.ts';
import type { Repository } from './repository.ts';
import { slipwayYml } from './write/slipway-yml.ts';
import { UNKNOWN } from './write/unknown.ts';
import { type NewFile, workflowFiles } from './write/workflow-files.ts';

export interface InitPlan {
  findings: Findings;
  /** slipway.yml. */
  config: NewFile;
  workflows: NewFile[];
}

/**
 * What init writes for a repository.
 * @param templatesOf the workflows of the package for a variant, by name
 * @throws UserError for answers that slipway.yml refuses
 */
export function planInit(
  repository: Repository,
  answers: InitAnswers,
  templatesOf: (variant: string) => ReadonlyMap<string, string>,
): InitPlan {
  const findings = findingsOf(repository, answers);
  const text = slipwayYml(findings, answers);
  checkOwn(text, answers);
  return {
    findings,
    config: { path: 'slipway.yml', text },
    workflows: workflowFiles(findings, templatesOf(findings.variant.value)),
  };
}

/** The file passes its own check, apart from what it asks for. */
function checkOwn(text: string, answers: InitAnswers): void {
  const answered = text
    .replaceAll(UNKNOWN.registry, 'registry.invalid/apps')
    .replaceAll(UNKNOWN.gke, 'projects/a/locations/b/clusters/c');
  try {
    parseConfig(answered, 'slipway.yml');
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    const given = Object.values(answers).some((answer) => answer !== undefined);
    const context = { details: [cause.message, ...cause.details], cause };
    if (given) throw new UserError('slipway.yml with these arguments is not valid', context);
    throw new InternalError('init made a slipway.yml that is not valid', {
      ...context,
      remedy:
        'This is a defect of Slipway: report it with the name of the repository. Write slipway.yml by hand (docs/slipway-yml.md).',
    });
  }
}
