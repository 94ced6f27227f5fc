import { isPlain, type OperatingSystem, type Package, packageOf } from './package.ts';
import { linesOf, unquoted } from './text.ts';

/** @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export function readSystem(text: string): OperatingSystem | undefined {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at).trim(), unquoted(line.slice(at + 1)));
  }
  const id = values.get('ID') ?? '';
  const version = values.get('VERSION_ID') ?? '';
  if (!isPlain(id) || !isPlain(version || '0')) return undefined;
  return { id, version, name: plainName(values.get('PRETTY_NAME') ?? '') || id };
}

/** Without what no name has, such as control characters. */
function plainName(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a1-\u1fff\u2030-\ud7ff]/g, '').slice(0, 200);
}

/** States of a package without its files. @see https://man7.org/linux/man-pages/man1/dpkg.1.html */
const ABSENT = /\s(?:not-installed|config-files)$/;

/** The status file of dpkg, or one file of `status.d` in images without dpkg. @see https://man7.org/linux/man-pages/man5/deb-control.5.html */
export function readDpkg(text: string): Package[] {
  return stanzas(text).flatMap((fields) =>
    ABSENT.test(fields.get('Status') ?? '')
      ? []
      : packageOf('deb', fields.get('Package'), fields.get('Version'), { architecture: fields.get('Architecture') }),
  );
}

/** @see https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2 */
export function readApk(text: string): Package[] {
  return stanzas(text).flatMap((fields) =>
    packageOf('apk', fields.get('P'), fields.get('V'), { architecture: fields.get('A') }),
  );
}

/** Fields of paragraphs; a line that begins with white space belongs to the one before. */
function stanzas(text: string): Map<string, string>[] {
  const found = [new Map<string, string>()];
  for (const line of linesOf(text)) {
    const at = line.indexOf(':');
    if (line.trim() === '') found.push(new Map());
    else if (at > 0 && !/^\s/.test(line)) found.at(-1)?.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return found;
}
