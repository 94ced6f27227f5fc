import { at, type Found, linesOf, type Repository } from '../repository.ts';

/** The processes of a Procfile by name. @see https://devcenter.heroku.com/articles/procfile */
export function readProcfile(repository: Repository, folder = ''): Map<string, Found<string>> {
  const path = folder === '' ? 'Procfile' : `${folder}/Procfile`;
  const processes = new Map<string, Found<string>>();
  for (const [index, line] of linesOf(repository, path).entries()) {
    const [, name, command = ''] = /^([A-Za-z0-9_-]+):\s*(\S.*)$/.exec(line.slice(0, 500)) ?? [];
    if (name !== undefined) processes.set(name, { value: command.trim(), from: at(path, index + 1, name) });
  }
  return processes;
}
