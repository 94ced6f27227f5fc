import { literalsIn } from '../addresses.ts';
import { type Finding, finding } from '../finding.ts';
import type { CodeLine } from './code-files.ts';

/** What a line assigns, quotes or dials: help texts and comments behind code name addresses as well. */
function valuesIn(text: string): string {
  const ends = [text.indexOf(' # '), text.indexOf(' // ')].filter((at) => at >= 0);
  const code = text.slice(0, Math.min(text.length, ...ends));
  return [
    ...code.matchAll(
      /(?:["'`=@]\s?|:\s)(?:(?:jdbc:)?[a-z][a-z0-9+.-]{0,20}:\/\/)?([\d.]{7,15}(?=["'`:/,;\s)]|$)(?!\/\d))/gi,
    ),
  ]
    .map(([, value]) => value)
    .join(' ');
}

/** A default behind a variable, data about people and machines, and an example of a console. */
const NO_TARGET =
  /process\.env|os\.environ|getenv|import\.meta\.env|\bENV\[|\benv\(|\$\{\w{1,60}:|(?<![a-z_])(client_?|remote_?|user_?)?ip(_?addr(ess)?)?["']?\s?(:|=>|=)|^iex>/i;
/** What the emulator of Android calls the machine of the developer. */
const EMULATOR = '10.0.2.2';

/** Findings of one run: beyond, the code is full of them for a reason. */
const MOST = 100;

/** Addresses in the code. @param live address → what has it in the cluster */
export function codeAddressFindings(
  lines: readonly CodeLine[],
  live: ReadonlyMap<string, string> = new Map(),
): Finding[] {
  const found = lines.flatMap(({ path, line, text }) =>
    literalsIn(valuesIn(text))
      .filter(({ address, isPrivate }) => {
        return live.has(address) || (isPrivate && address !== EMULATOR && !NO_TARGET.test(text));
      })
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
