/** The last lines of a long output, in linear time and bounded memory. */
export class LastLines {
  private readonly limit: number;
  private kept: string[] = [];
  private first = 0;
  private length = 0;

  /** @param limit characters that are kept at most, all lines together */
  constructor(limit: number) {
    this.limit = limit;
  }

  push(line: string): void {
    this.kept.push(line);
    this.length += line.length + 1;
    for (; this.length > this.limit && this.first < this.kept.length - 1; this.first++) {
      this.length -= (this.kept[this.first] ?? '').length + 1;
      this.kept[this.first] = '';
    }
    if (this.first < 1_024 || this.first * 2 < this.kept.length) return;
    this.kept = this.kept.slice(this.first);
    this.first = 0;
  }

  lines(): string[] {
    return this.kept.slice(this.first);
  }
}
