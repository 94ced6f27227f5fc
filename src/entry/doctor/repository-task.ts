import { join, relative } from 'node:path';
import type { Expected } from '../../plan/doctor/expected.ts';
import { unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import { checkDockerfiles, checkIgnored, checkSchema } from '../../plan/doctor/repository/files.ts';
import type { SlipwayJob } from '../../plan/doctor/repository/workflow.ts';
import { checkJobEnvironments, checkPermissions, checkWorkflows } from '../../plan/doctor/repository/workflows.ts';
import type { Task } from '../../stages/doctor/task.ts';
import { existingDockerfiles, textIn } from './repository.ts';

/** The checks of the files of the checkout. */
export function repositoryTask(
  expected: Expected,
  jobs: readonly SlipwayJob[],
  { root, folder, file }: { root: string; folder: string; file: string },
): Task {
  return {
    area: 'repository',
    title: 'files of the repository',
    run: async () => {
      const atRoot = join(relative(folder, root), '.gitignore');
      const ignored = { '.dockerignore': textIn(folder, '.dockerignore'), [atRoot]: textIn(folder, atRoot) };
      return [
        checkSchema(file, textIn(folder, file) ?? ''),
        ...checkDockerfiles(expected, existingDockerfiles(folder, expected)),
        ...checkWorkflows(expected, jobs),
        ...checkPermissions(expected, jobs),
        ...checkJobEnvironments(expected, jobs),
        ...checkIgnored(
          jobs.some(({ signIn }) => signIn !== undefined),
          ignored,
        ),
      ];
    },
    late: (why) => [finder('repository.workflows').unknown('the files of the repository', unknown(why))],
  };
}
