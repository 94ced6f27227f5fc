const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Seconds with one decimal. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** How the demo speaks: what happens is told in plain lines, what the actions print is indented below it. */
export const tell = {
  title(text: string): void {
    console.log(`\n${paint(1, text)}`);
  },
  say(text: string): void {
    console.log(`  ${text}`);
  },
  good(text: string): void {
    console.log(`  ${paint(32, '✓')} ${text}`);
  },
  /** A line that an action printed, with its name, because two can run at once; workflow commands are the runner's and were taken out before. */
  action(action: string, line: string): void {
    console.log(paint(2, `    ${action.padEnd(18)} │ ${line}`));
  },
};
