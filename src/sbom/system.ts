import { isPackage, type OperatingSystem, type Package } from './package.ts';

/** @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export function readSystem(text: string): OperatingSystem | undefined {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at), unquoted(line.slice(at + 1).trim()));
  }
  const id = values.get('ID') ?? '';
  const version = values.get('VERSION_ID') ?? '';
  if (!isPackage(id, version || '0')) return undefined;
  return { id, version, name: (values.get('PRETTY_NAME') ?? id).slice(0, 200) };
}

function unquoted(text: string): string {
  const quote = text[0];
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote) ? text.slice(1, -1) : text;
}

/** The status file of dpkg, or one file of `status.d` in images without dpkg. @see https://man7.org/linux/man-pages/man5/deb-control.5.html */
export function readDpkg(text: string): Package[] {
  return stanzas(text, ': ').flatMap((fields) => {
    const status = fields.get('Status');
    if (status !== undefined && !status.endsWith(' installed')) return [];
    return packageOf('deb', fields.get('Package'), fields.get('Version'), fields.get('Architecture'));
  });
}

/** @see https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2 */
export function readApk(text: string): Package[] {
  return stanzas(text, ':').flatMap((fields) => packageOf('apk', fields.get('P'), fields.get('V'), fields.get('A')));
}

function packageOf(
  type: 'apk' | 'deb',
  name: string | undefined,
  version: string | undefined,
  architecture: string | undefined,
): Package[] {
  if (name === undefined || version === undefined || !isPackage(name, version)) return [];
  return [{ type, name, version, architecture: isPackage(architecture, version) ? architecture : undefined }];
}

/** Fields of paragraphs; a line that begins with a space belongs to the one before. */
function stanzas(text: string, separator: string): Map<string, string>[] {
  return text.split('\n\n').map((stanza) => {
    const fields = new Map<string, string>();
    for (const line of stanza.split('\n')) {
      const at = line.indexOf(separator);
      if (at > 0 && !line.startsWith(' ')) fields.set(line.slice(0, at), line.slice(at + separator.length).trim());
    }
    return fields;
  });
}
