/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge = { scheme: 'basic' } | { scheme: 'bearer'; realm: string; service: string; scope: string };

/**
 * Reads the header; the first known scheme counts.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export function readChallenge(header: string | null): Challenge | undefined {
  if (header === null) return undefined;
  const bearer = /(?:^|,[ \t]{0,20})bearer[ \t]{1,20}(.*)/i.exec(header);
  if (bearer) {
    const parameters = readParameters(bearer[1] ?? '');
    const { realm, service = '', scope = '' } = parameters;
    return realm === undefined ? undefined : { scheme: 'bearer', realm, service, scope };
  }
  return /(?:^|,[ \t]{0,20})basic\b/i.test(header) ? { scheme: 'basic' } : undefined;
}

function readParameters(text: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [, name, quoted, plain] of text.matchAll(/([a-z_]{1,40})=(?:"((?:[^"\\]|\\.){0,4000})"|([^\s,]+))/gi)) {
    if (name) parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  }
  return parameters;
}
