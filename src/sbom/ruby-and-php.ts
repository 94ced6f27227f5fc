import { type Package, packageOf } from './package.ts';
import { linesOf } from './text.ts';

/** The specs of Gemfile.lock, which stand below `specs:` with four spaces; those of `PATH` are the application's own. */
export function readGemfileLock(text: string): Package[] {
  let section = '';
  return linesOf(text).flatMap((line) => {
    if (line !== '' && !line.startsWith(' ')) section = line.trim();
    const isSpec = section !== 'PATH' && line.startsWith('    ') && line[4] !== ' ' && line.endsWith(')');
    if (!isSpec) return [];
    const [name, version = ''] = line.trim().slice(0, -1).split(' (');
    return gem(name, version);
  });
}

/** The second line of an installed gem's specification, which RubyGems writes: `# stub: rails 8.0.1 ruby lib`. */
export function readGemspec(text: string): Package[] {
  const [, name, version = ''] = /^# stub: (\S{1,300}) (\S{1,200}) /m.exec(text.slice(0, 2_000)) ?? [];
  return gem(name, version);
}

/** A version has no hyphen: what follows one is the platform that the gem is built for. */
function gem(name: string | undefined, version: string): Package[] {
  return /^\d/.test(version) ? packageOf('gem', name, version.split('-', 1)[0]) : [];
}

/** composer.lock, and what composer wrote about an installed vendor folder. */
export function readComposer(text: string): Package[] {
  const json = JSON.parse(text) as unknown;
  const { packages, 'packages-dev': development } = Object(json) as Record<string, unknown>;
  const lists = Array.isArray(json) ? [json] : [packages, development];
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((one) => {
      const { name, version } = Object(one) as Record<string, unknown>;
      return packageOf('composer', name, version);
    });
}
