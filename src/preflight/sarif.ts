import { CODES, type Code } from './codes.ts';
import { type Finding, placeText } from './finding.ts';

/**
 * The findings as SARIF 2.1.0, for code scanning.
 * @param configFile path of slipway.yml: the place of findings about objects, because code scanning shows files alone
 * @see https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarif(findings: readonly Finding[], configFile: string): string {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Slipway preflight',
            informationUri: 'https://github.com/slipway-deploy/slipway',
            rules: codes.map(ruleOf),
          },
        },
        results: findings.map((one) => resultOf(one, codes, configFile)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(code: Code): Record<string, unknown> {
  const { title, why, severity } = CODES[code];
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    helpUri: `https://github.com/slipway-deploy/slipway/blob/main/docs/preflight.md#${code}`,
    defaultConfiguration: { level: severity },
  };
}

function resultOf(one: Finding, codes: readonly Code[], configFile: string): Record<string, unknown> {
  const { file = configFile, line = 1 } = one.where;
  return {
    ruleId: one.code,
    ruleIndex: codes.indexOf(one.code),
    level: one.severity,
    message: { text: withoutLinks(`${placeText(one.where)}: ${one.seen}. ${one.remedy}`) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } } }],
    partialFingerprints: { 'slipway/v1': one.fingerprint },
    properties: { confidence: one.confidence },
  };
}

/** SARIF takes `[words](address)` in a message for a link; the words of a pull request must not make one. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', ']\u200b(');
}

/** A path as a reference: a space, `#` or `%` in it would lead elsewhere. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
