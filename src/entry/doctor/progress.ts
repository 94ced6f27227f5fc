/** One line on a terminal that says how far the checks are; nothing where nobody watches. */
export function progressLine(stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>) {
  let isShown = false;
  return {
    show: (done: number, all: number, title: string): void => {
      if (!stream.isTTY) return;
      isShown = true;
      stream.write(`\r\u001b[K${`${done} of ${all} checked: ${title}`.slice(0, (stream.columns || 80) - 1)}`);
    },
    clear: (): void => {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
