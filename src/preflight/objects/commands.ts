import { list, textOf } from '../../objects/fields.ts';
import { type Finding, finding } from '../finding.ts';
import { developmentServer } from '../source/development.ts';
import { at, type Observed, type Workload } from './observed.ts';

/** Commands of pods that start a development server. The command of an image is judged with its Dockerfile. */
export function commandFindings({ object, template }: Workload, all: Observed): Finding[] {
  return list(template.spec.containers).flatMap((container) => {
    const words = [container.command, container.args].flatMap((part) => (Array.isArray(part) ? part.map(String) : []));
    const found = developmentServer(words.join(' '));
    if (found === undefined) return [];
    const name = textOf(container.name);
    return [
      finding('development-server', {
        where: at(object, all, words[0]),
        confidence: 'likely',
        seen: `container ${name} starts ${found.name}`,
        remedy: `Start ${found.instead}.`,
        key: name,
      }),
    ];
  });
}
