import { literalsIn } from '../addresses.ts';
import { type Finding, finding } from '../finding.ts';
import type { CodeLine } from './code-files.ts';

/** What a line assigns, quotes or dials: help texts and comments behind code name addresses as well. */
function valuesIn(text: string): string {
  const ends = [text.indexOf(' # '), text.indexOf(' // ')].filter((at) => at >= 0);
  const code = text.slice(0, Math.min(text.length, ...ends));
  return [...code.matchAll(/["'`=@]\s?(?:[a-z][a-z0-9+.-]{0,20}:\/\/)?([\d.]{7,15}(?=["'`:/,;\s)]|$)(?!\/\d))/gi)]
    .map(([, value]) => value)
    .join(' ');
}

/** Findings of one run: beyond, the code is full of them for a reason. */
const MOST = 20;

/** Addresses in the code. @param live address → what has it in the cluster */
export function codeAddressFindings(
  lines: readonly CodeLine[],
  live: ReadonlyMap<string, string> = new Map(),
): Finding[] {
  const found = lines.flatMap(({ path, line, text }) =>
    literalsIn(valuesIn(text))
      .filter(({ address, isPrivate }) => live.has(address) || isPrivate)
      .map(({ address }) => {
        const owner = live.get(address);
        return finding('hard-wired-address', {
          where: { file: path, line },
          confidence: owner === undefined ? 'possible' : 'proven',
          seen: `it has ${address}, ${owner === undefined ? 'an address of a private network' : `the address of ${owner}`}`,
          remedy: 'Read the host from a variable (`deploy.env`), and give it the name of a Service.',
          key: address,
        });
      }),
  );
  const proven = found.filter(({ confidence }) => confidence === 'proven');
  return [...proven, ...found.filter((one) => !proven.includes(one)).slice(0, MOST)];
}
