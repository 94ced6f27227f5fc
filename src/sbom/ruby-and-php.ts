import { isPackage, type Package } from './package.ts';

/** The specs of Gemfile.lock, which stand below `specs:` with four spaces; those of `PATH` are the application's own. */
export function readGemfileLock(text: string): Package[] {
  let section = '';
  return text.split('\n').flatMap((line) => {
    if (line !== '' && !line.startsWith(' ')) section = line.trim();
    const isSpec = section !== 'PATH' && line.startsWith('    ') && line[4] !== ' ' && line.endsWith(')');
    if (!isSpec) return [];
    const [name = '', version = ''] = line.trim().slice(0, -1).split(' (');
    return isPackage(name, version) && /^\d/.test(version) ? [{ type: 'gem', name, version }] : [];
  });
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
      return isPackage(name, version) ? [{ type: 'composer', name: String(name), version: String(version) }] : [];
    });
}
