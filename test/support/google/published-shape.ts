import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';

const require = createRequire(import.meta.url);

/** Fields of a message and their JSON types, as Google publishes them. */
export type Shape = ReadonlyMap<string, string>;

/**
 * The message of an API as Google's discovery document describes it, read from the types of the package that Google
 * generates from that document.
 * @param api e.g. `@googleapis/sts`
 * @param message e.g. `GenerateAccessTokenRequest`
 * @see https://developers.google.com/discovery/v1/reference/apis
 */
export function publishedShape(api: string, message: string): Shape {
  const file = require.resolve(`${api}/build/v1.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const shape = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === `Schema$${message}`) {
      for (const member of node.members) {
        if (ts.isPropertySignature(member) && ts.isIdentifier(member.name) && member.type) {
          shape.set(member.name.text, member.type.getText(source).replace(' | null', ''));
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (shape.size === 0) throw new Error(`${api} publishes no message ${message}`);
  return shape;
}

/** What of a value is not in the published shape; an empty list when all is. */
export function deviations(value: object, shape: Shape, what: string): string[] {
  return Object.entries(value).flatMap(([field, content]) => {
    const type = shape.get(field);
    if (type === undefined) return [`${what}: field ${field} is not published`];
    const found = Array.isArray(content) ? `${typeof content[0]}[]` : typeof content;
    return found === type ? [] : [`${what}: field ${field} is ${found}, published is ${type}`];
  });
}
