import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element with its order kept: { <name>: children, ':@': attributes }. */
export type Node = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
});

/** The outermost element of an XML document. @throws Error with the reason why the text is not an XML document */
export function parseXml(xml: string): Node {
  const text = xml.replace(/^\uFEFF/, '').trim();
  if (text === '') throw new Error('it is empty');
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: true });
  if (valid !== true) throw new Error(`it is not XML: ${valid.err.msg} (line ${valid.err.line})`);
  // The declaration, style sheets, comments and white space may precede the outermost element.
  const root = (parser.parse(text) as Node[]).find((node) => !/^[?#]/.test(nameOf(node)));
  if (root === undefined) throw new Error('it has no element');
  return root;
}

export function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

export function childrenOf(node: Node): Node[] {
  const children = node[nameOf(node)];
  return Array.isArray(children) ? (children as Node[]) : [];
}

/** The first child of this name, at the end of a path of names. */
export function childOf(node: Node | undefined, ...path: string[]): Node | undefined {
  return path.reduce<Node | undefined>(
    (at, name) => (at === undefined ? undefined : childrenOf(at).find((child) => nameOf(child) === name)),
    node,
  );
}

export function attribute(node: Node, name: string): string | undefined {
  const value = (node[':@'] as Record<string, unknown> | undefined)?.[name];
  return value === undefined ? undefined : String(value);
}

/** All text in a node. */
export function textOf(node: Node | undefined): string {
  if (node === undefined) return '';
  const own = node['#text'];
  return own === undefined ? childrenOf(node).map(textOf).join('') : String(own);
}
