import ts from 'typescript';

/** A regular expression in a source file. */
export interface Expression {
  file: string;
  line: number;
  /** As it is written: `/a+/g`; of one that is made at run time, the call. */
  text: string;
  /** Made by `new RegExp` or `RegExp()`. */
  dynamic: boolean;
}

/** All regular expressions of a file: literals, and those that are made at run time. */
export function expressionsOf(file: string, content: string): Expression[] {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const found: Expression[] = [];
  const add = (node: ts.Node, dynamic: boolean) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    found.push({ file, line, text: node.getText(source), dynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) add(node, false);
    const isMade = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isMade && node.expression.getText(source) === 'RegExp') add(node, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
