/** The titles of the tests and suites that run in a test file, for pages that quote them. One that is skipped holds nothing. */
import ts from 'typescript';

export function titlesInSource(source: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const words = wordsOf(node.expression);
      if (words.some((word) => word === 'skip' || word === 'todo')) return;
      const [title] = node.arguments;
      const isTest = words[0] === 'it' || words[0] === 'describe';
      if (isTest && title !== undefined && ts.isStringLiteralLike(title)) found.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.test.ts', source, ts.ScriptTarget.Latest));
  return found;
}

/** `it.each(…)(…)` is it, each. */
function wordsOf(callee: ts.Expression): string[] {
  if (ts.isIdentifier(callee)) return [callee.text];
  if (ts.isPropertyAccessExpression(callee)) return [...wordsOf(callee.expression), callee.name.text];
  if (ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee))
    return wordsOf(ts.isCallExpression(callee) ? callee.expression : callee.tag);
  return [];
}
