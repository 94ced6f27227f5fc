import { isPackage, type Package } from './package.ts';

/**
 * The `[[package]]` tables of poetry.lock, uv.lock and Cargo.lock: name and version on lines of their own, as these tools write
 * them. A package without a source, or with the folder of the project as its source, is the application itself.
 */
export function readTomlLock(text: string, type: 'cargo' | 'pypi'): Package[] {
  const found: Package[] = [];
  let table = new Map<string, string>();
  let open = false;
  const close = () => {
    const [name, version, source] = [table.get('name'), table.get('version'), table.get('source')];
    const isOwn = type === 'cargo' ? source === undefined : /^\{ (virtual|editable) = /.test(source ?? '');
    if (open && !isOwn && name !== undefined && version !== undefined && isPackage(name, version))
      found.push({ type, name, version });
    table = new Map();
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) {
      close();
      open = line.trimEnd() === '[[package]]';
      continue;
    }
    const at = line.indexOf(' = ');
    if (at > 0)
      table.set(
        line.slice(0, at),
        line
          .slice(at + 3)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      );
  }
  close();
  return found;
}
