/** What BuildKit's plain progress shows about a failed build. */
export interface FailedBuild {
  /** The instruction as BuildKit quotes it, e.g. `RUN pip install -r requirements.txt`. */
  instruction: string | undefined;
  /** Image whose metadata could not be read: of a FROM, or of a named context. */
  baseImage: string | undefined;
  /** The named context that could not be read. */
  context: string | undefined;
  /** Line of the Dockerfile, if the builder names it. */
  line: number | undefined;
  exitCode: number | undefined;
  /** What the failed step printed, in order. */
  stepOutput: string[];
  /** The last error of the builder. */
  reason: string;
}

/**
 * Reads the plain progress of BuildKit, as `docker build` 20.10 and buildx print it: lines `#5 0.2 text` belong to step 5,
 * `#5 ERROR:` ends it, ` > [build 2/3] RUN …:` quotes it, and newer builders add `Dockerfile:7`.
 */
export function readFailure(lines: readonly string[]): FailedBuild {
  const step = last(lines, /^#(\d+) ERROR: /);
  const quoted = last(lines, /^ > \[([^\]]*)\] (.+):$/);
  const started = step && last(lines, /^#(\d+) \[([^\]]*)\] (.+)$/, (match) => match[1] === step[1])?.slice(1);
  const [, group = '', text = ''] = quoted ?? started ?? [];
  const context = /^context (\S+)$/.exec(group)?.[1];
  const internal = group.startsWith('internal') || context !== undefined;
  const reason = reasonOf(lines);
  const parsed = /parse error (?:on )?line (\d+)/.exec(reason);
  const named = last(lines, /^[^\s:]+:(\d+)$/);
  const exit = /exit code: (\d+)/.exec(`${step?.input ?? ''}\n${reason}`);
  return {
    instruction: text === '' || internal ? undefined : text,
    baseImage: internal ? /^load metadata for (\S+)$/.exec(text)?.[1] : undefined,
    context,
    line: numberOf(parsed?.[1] ?? named?.[1]),
    exitCode: numberOf(exit?.[1]),
    stepOutput: step ? outputOf(lines, step[1] ?? '') : [],
    reason,
  };
}

/** The last line with an error, without the prefix of every BuildKit error. */
function reasonOf(lines: readonly string[]): string {
  const line = lines.filter((one) => one.trim() !== '').at(-1) ?? '';
  const reason = last(lines, /^ERROR: (.+)$/)?.[1] ?? line;
  return reason
    .replace(/^(ERROR: )?(failed to build: )?/, '')
    .replace(/^failed to solve(: | with frontend \S+: )/, '')
    .replace(/^rpc error: code = \w+ desc = /, '')
    .replace(/^failed to solve with frontend \S+: /, '')
    .replace(/^failed to create LLB definition: /, '');
}

function outputOf(lines: readonly string[], step: string): string[] {
  return lines.flatMap((line) => {
    const [, number, text = ''] = /^#(\d+) \d+\.\d+ ?(.*)/.exec(line) ?? [];
    return number === step ? [text] : [];
  });
}

function last(
  lines: readonly string[],
  form: RegExp,
  isIt: (match: RegExpExecArray) => boolean = () => true,
): RegExpExecArray | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const match = form.exec(lines[index] ?? '');
    if (match && isIt(match)) return match;
  }
  return undefined;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
