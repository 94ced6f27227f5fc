import type { JavaArchive } from '../ports.ts';
import { type Package, packageOf } from './package.ts';
import { linesOf } from './text.ts';

/**
 * What Maven wrote into an archive: also for each that was merged into it. An archive of another tool is known by the name of its
 * file or by its manifest alone, which do not say whose it is.
 * @returns undefined where the archive does not say what it is
 */
export function readJava({ path, properties, manifest }: JavaArchive): Package[] | undefined {
  const named = properties.flatMap((text) => {
    const values = valuesOf(text, '=');
    return packageOf('maven', `${values.get('groupId')}:${values.get('artifactId')}`, values.get('version'));
  });
  if (named.length > 0) return named;
  const values = valuesOf(manifest, ':');
  const [name, version] = ofFile(path.slice(path.lastIndexOf('/') + 1));
  const title = values.get('Implementation-Title') ?? values.get('Bundle-SymbolicName')?.split(';', 1)[0];
  const found = packageOf(
    'generic',
    name ?? title,
    version ?? values.get('Implementation-Version') ?? values.get('Bundle-Version'),
  );
  if (found.length > 0) return found;
  // A program of the app itself, and the part of Java that reads its own modules.
  const isOwn = values.has('Main-Class') || path.endsWith('/lib/jrt-fs.jar');
  return isOwn ? [] : undefined;
}

/** Name and version in `spring-core-6.1.3.jar`, as build tools name what they fetch. */
function ofFile(file: string): [string?, string?] {
  const plain = file.slice(0, file.lastIndexOf('.'));
  // In log4j-1.2-api-2.20 and lucene-9.1-2, the version is the last number with a dot and what follows.
  const dotted = [...plain.matchAll(/-\d+\./g)].at(-1)?.index;
  const at = dotted ?? plain.search(/-\d/);
  return at > 0 ? [plain.slice(0, at), plain.slice(at + 1)] : [];
}

function valuesOf(text: string, separator: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const at = line.indexOf(separator);
    if (at > 0 && !line.startsWith('#')) values.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return values;
}
