import { type Package, packageOf } from './package.ts';
import { linesOf } from './text.ts';

/** METADATA or PKG-INFO of an installed package. @see https://packaging.python.org/en/latest/specifications/core-metadata/ */
export function readPythonMetadata(text: string): Package[] {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (line.trim() === '') break;
    const at = line.indexOf(':');
    if (at > 0) values.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return packageOf('pypi', values.get('name'), values.get('version'));
}

/** The pinned lines of a requirements file: `name[extra]==1.0 ; marker --hash=…`. */
export function readRequirements(text: string): Package[] {
  return linesOf(text).flatMap((line) => {
    const [requirement = ''] = line.split(/[#;\\]|\s--/, 1);
    const at = requirement.indexOf('==');
    if (at < 0 || requirement.trimStart().startsWith('-')) return [];
    const [name = ''] = requirement.slice(0, at).split('[', 1);
    const version = requirement
      .slice(at + 2)
      .replace(/^=/, '')
      .replace(/\)\s*$/, '')
      .trim();
    return /[,*]/.test(version) ? [] : packageOf('pypi', name.replace(/\($/, '').trim(), version);
  });
}

export function readPipfileLock(text: string): Package[] {
  const { _meta, ...groups } = Object(JSON.parse(text)) as Record<string, unknown>;
  return Object.values(groups).flatMap((group) =>
    Object.entries(Object(group) as Record<string, unknown>).flatMap(([name, value]) => {
      const { version } = Object(value) as Record<string, unknown>;
      return typeof version === 'string' && version.startsWith('==') ? packageOf('pypi', name, version.slice(2)) : [];
    }),
  );
}
