/**
 * YAML as nodes with their offsets. An alias is the node that it names, so a node can have several parents. An offset counts
 * UTF-16 units from the beginning of the text.
 */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

interface Placed {
  offset: number;
  /** A tag such as `!!str`, `!` or `!local`; undefined without one. */
  tag: string | undefined;
  /** Number of nodes in it, itself included and aliases expanded. */
  size: number;
  /** Number of levels down to the deepest scalar, itself included. */
  depth: number;
}

export interface YamlScalar extends Placed {
  kind: 'scalar';
  /** Without quotes and escapes, as YAML reads it. */
  text: string;
  /** Neither quoted nor a block: the text may mean null, a number or a boolean. */
  plain: boolean;
}

export interface YamlSequence extends Placed {
  kind: 'sequence';
  items: YamlNode[];
}

export interface YamlPair {
  key: YamlNode;
  value: YamlNode;
}

export interface YamlMapping extends Placed {
  kind: 'mapping';
  /** As written: merge keys and repeated keys included. */
  pairs: YamlPair[];
}

/** Why YAML cannot be read, and where. The message quotes only names of anchors, keys and tags. */
export class YamlProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'YamlProblem';
    this.offset = offset;
  }
}

/** Lines and columns of a text; both begin at 1. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) this.starts.push(index + end.length);
  }

  at(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset - (this.starts[low] as number)) + 1 };
  }
}
