/**
 * What the runner reads out of a step's output. Rules as in the runner's ActionCommand: `::name key=value,…::data` at the
 * beginning of a line after white space, and the older `##[name key=value;…]data` anywhere in it.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  title?: string;
  file?: string;
  line?: number;
}

const unescapeData = (text: string) => text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
const unescapeProperty = (text: string) => unescapeData(text.replace(/%3A/g, ':').replace(/%2C/g, ','));

function propertiesOf(text: string, separator: string): Record<string, string> {
  const pairs = text.split(separator).filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), unescapeProperty(pair.slice(at + 1))];
    }),
  );
}

/** The command of a line, if it holds one. */
export function commandOf(line: string): Command | undefined {
  const current = /^\s*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line);
  if (current) {
    const [, name = '', properties = '', data = ''] = current;
    return { name: name.toLowerCase(), properties: propertiesOf(properties, ','), data: unescapeData(data) };
  }
  const older = /##\[([^\]\s]+)(?: ([^\]]*))?\](.*)$/s.exec(line);
  if (!older) return undefined;
  const [, name = '', properties = '', data = ''] = older;
  return { name: name.toLowerCase(), properties: propertiesOf(properties, ';'), data: unescapeData(data) };
}

/** What a step told the runner by its output, and the log as people see it, with masked values as ***. */
export interface StepLog {
  lines: string[];
  annotations: Annotation[];
  masks: string[];
  /** Commands other than annotations, masks, groups and debug: a test may refuse them. */
  others: Command[];
}

const LEVELS = ['error', 'warning', 'notice'] as const;

/** Reads a whole output. From a mask on, the value is hidden, each of its lines too. */
export function readLog(output: string): StepLog {
  const log: StepLog = { lines: [], annotations: [], masks: [], others: [] };
  const hide = (text: string) => log.masks.reduce((hidden, mask) => hidden.replaceAll(mask, '***'), text);
  let stopped: string | undefined;
  for (const line of output.split(/\r?\n/)) {
    const command = commandOf(line);
    if (stopped !== undefined) {
      if (command?.name === stopped) stopped = undefined;
      else log.lines.push(hide(line));
      continue;
    }
    if (command?.name === 'stop-commands') {
      stopped = command.data;
      continue;
    }
    if (command?.name === 'add-mask') {
      log.masks.push(...[command.data, ...command.data.split(/\r?\n/)].filter((mask) => mask.trim() !== ''));
      continue;
    }
    const level = LEVELS.find((known) => known === command?.name);
    if (level && command) log.annotations.push(annotationOf(level, command, hide));
    else if (command && !['group', 'endgroup', 'debug'].includes(command.name)) log.others.push(command);
    log.lines.push(hide(line));
  }
  return log;
}

function annotationOf(level: Annotation['level'], command: Command, hide: (text: string) => string): Annotation {
  const { title, file, line } = command.properties;
  return {
    level,
    message: hide(command.data),
    ...(title ? { title } : {}),
    ...(file ? { file } : {}),
    ...(line ? { line: Number(line) } : {}),
  };
}
