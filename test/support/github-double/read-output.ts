/**
 * Outputs as GitHub's runner reads the file GITHUB_OUTPUT: `name=value`, or `name<<delimiter`, lines, delimiter.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
 */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? '').replace(/\r$/, '');
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc < 0 || (equals >= 0 && equals < heredoc)) {
      if (equals < 1) throw new Error(`the runner refuses the line "${line}"`);
      outputs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const delimiter = line.slice(heredoc + 2);
    const end = lines.findIndex((candidate, at) => at > index && candidate === delimiter);
    if (delimiter === '' || end < 0) throw new Error(`the runner finds no end of "${line}"`);
    outputs[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}
