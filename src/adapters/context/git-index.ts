import { rawGit } from '../git/raw.ts';

/** Mode and id of a content, as Git's index has them: `100644 <id>`. */
export type IndexEntry = string;

/** The modes of files, of those that their owner may execute, and of links. */
const MODES = ['100644', '100755', '120000'];

/**
 * The files of a checkout whose content Git's index knows, by their path below the folder: none of them has to be read. Empty
 * outside of a repository, and where git is missing or refuses. Leaves out a file that Git may convert between index and working
 * tree, because its content is not that of the index, and one that Git was told to take for unchanged. As for `git status`, a
 * file is unchanged whose size and times are: a change within the second in which Git wrote its index is noticed by its
 * modification time alone.
 */
export async function unchangedFiles(folder: string): Promise<ReadonlyMap<string, IndexEntry>> {
  try {
    const [index, attributes, all] = await Promise.all([
      rawGit(folder, ['ls-files', '--stage', '--cached', '--modified', '-v', '-z']),
      rawGit(folder, ['check-attr', '--all', '-z', '--stdin'], ['ls-files', '-z']),
      convertsAll(folder),
    ]);
    if (all) return new Map();
    const files = filesOf(index);
    for (const path of converted(attributes)) files.delete(path);
    return files;
  } catch {
    return new Map();
  }
}

/**
 * The entries of the index: `H 100644 <id> 0<tab><path>`. `H` is an entry without a flag, and 0 one without a conflict. An entry
 * whose file changed or is gone has a second line, `C` in place of `H`. Cuts the text without intermediate lists: a repository
 * has many files.
 */
function filesOf(index: string): Map<string, IndexEntry> {
  const files = new Map<string, IndexEntry>();
  const changed: string[] = [];
  for (let at = 0; at < index.length; ) {
    const tab = index.indexOf('\t', at);
    const end = index.indexOf('\0', tab);
    if (tab < 0 || end < 0) break;
    if (index.startsWith('H ', at) && index.startsWith(' 0', tab - 2) && MODES.includes(index.slice(at + 2, at + 8))) {
      const path = index.slice(tab + 1, end);
      // A name that is no UTF-8 has lost what tells it apart.
      if (!path.includes('\ufffd')) files.set(path, index.slice(at + 2, tab - 2));
    }
    if (index.startsWith('C ', at)) changed.push(index.slice(tab + 1, end));
    at = end + 1;
  }
  for (const path of changed) files.delete(path);
  return files;
}

/** Whether the working tree may have other line ends than the index, whatever the attributes are. */
async function convertsAll(folder: string): Promise<boolean> {
  // git has an exit code other than 0 where nothing is set.
  const text = await rawGit(folder, ['config', '--get-regexp', '^core\\.(autocrlf|eol)$']).catch(() => '');
  const settings = text.split('\n').filter((line) => line !== '');
  return settings.some((line) => !/^core\.autocrlf (false|no|off|0)$|^core\.eol (lf|native)$/.test(line));
}

const CONVERSIONS = /^(text|crlf|eol|filter|ident|working-tree-encoding)$/;

/** The paths that an attribute converts: line ends, filters such as Git LFS, `$Id$`, encodings. */
function converted(attributes: string): string[] {
  const fields = attributes.split('\0');
  const found: string[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', name = '', value = ''] = fields.slice(at, at + 3);
    if (CONVERSIONS.test(name) && value !== 'unset' && value !== 'unspecified') found.push(path);
  }
  return found;
}
