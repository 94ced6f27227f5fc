import { isPackage, type Package } from './package.ts';

/** METADATA or PKG-INFO of an installed package. @see https://packaging.python.org/en/latest/specifications/core-metadata/ */
export function readPythonMetadata(text: string): Package[] {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') break;
    const at = line.indexOf(': ');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 2).trim());
  }
  return pypi(values.get('Name'), values.get('Version'));
}

/** The pinned lines of a requirements file: `name[extra]==1.0 ; marker --hash=…`. */
export function readRequirements(text: string): Package[] {
  return text.split('\n').flatMap((line) => {
    const [requirement = ''] = line.split(/[#;\\]| --/, 1);
    const at = requirement.indexOf('==');
    if (at < 0 || requirement.trimStart().startsWith('-')) return [];
    const [name = ''] = requirement.slice(0, at).split('[', 1);
    const version = requirement
      .slice(at + 2)
      .replace(/^=/, '')
      .trim();
    return version.includes(',') || version.includes('*') ? [] : pypi(name.trim(), version);
  });
}

export function readPipfileLock(text: string): Package[] {
  const { default: own, develop } = Object(JSON.parse(text)) as Record<string, unknown>;
  return [own, develop].flatMap((part) =>
    Object.entries(Object(part) as Record<string, unknown>).flatMap(([name, value]) => {
      const { version } = Object(value) as Record<string, unknown>;
      return typeof version === 'string' && version.startsWith('==') ? pypi(name, version.slice(2)) : [];
    }),
  );
}

function pypi(name: string | undefined, version: string | undefined): Package[] {
  if (name === undefined || version === undefined || !isPackage(name, version)) return [];
  return [{ type: 'pypi', name, version }];
}
