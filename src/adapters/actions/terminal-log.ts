import { styleText } from 'node:util';
import type { Log } from '../../ports.ts';
import { neutralise } from '../../text/neutralise.ts';
import { Progress } from './progress.ts';
import type { Secrets } from './secrets.ts';

/** The log for a person who runs an action by hand: titles, indented lines, colours where the terminal has them. */
export class TerminalLog implements Log {
  private readonly secrets: Secrets;
  private readonly verbose: boolean;
  private readonly write: (text: string) => void;
  private readonly running = new Progress((line) => this.lines(line, 'dim'));
  private depth = 0;

  constructor(secrets: Secrets, verbose = false, write = (text: string): unknown => process.stdout.write(text)) {
    this.secrets = secrets;
    this.verbose = verbose;
    this.write = write;
  }

  info(message: string): void {
    this.lines(message);
  }

  warning(message: string): void {
    this.lines(`warning: ${message}`, 'yellow');
  }

  debug(message: string): void {
    if (this.verbose) this.lines(message, 'dim');
  }

  output(line: string): void {
    this.lines(line, 'dim');
  }

  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.lines(title, 'bold');
    this.depth++;
    try {
      return await work();
    } finally {
      this.depth--;
    }
  }

  progress<T>(title: string, work: () => Promise<T>): Promise<T> {
    return this.running.run(title, work);
  }

  mask(secret: string): void {
    this.secrets.add(secret);
  }

  private lines(text: string, style?: 'yellow' | 'dim' | 'bold'): void {
    this.running.spoken();
    for (const line of neutralise(this.secrets.redact(text))) {
      const indented = `${'  '.repeat(this.depth)}${line}`;
      this.write(`${style && process.stdout.isTTY ? styleText(style, indented) : indented}\n`);
    }
  }
}
