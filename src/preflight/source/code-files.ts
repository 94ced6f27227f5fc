import type { SourceFile } from '../source-file.ts';

const CODE =
  /\.(py|js|mjs|cjs|ts|mts|tsx|jsx|rb|php|go|java|kt|cs|rs|ex|exs|sh|toml|ini|cfg|conf|properties|env)$|(^|\/)(Procfile|\.env)$|(^|\/)(application|config|settings)[^/]{0,30}\.ya?ml$|(^|\/)config\/[^/]{1,100}\.ya?ml$|(^|\/)appsettings[^/]{0,30}\.json$/;
/** Code that does not run in production, or is somebody else's. */
const ELSEWHERE =
  /(^|\/)(tests?|__tests__|specs?|e2e|fixtures|testdata|mocks?|examples?|samples?|docs?|vendor|node_modules|third_party|migrations|public|static|dist|build|\.github|scripts|hack|tools?|extra|dev(elopment)?|ansible|inventor(y|ies)|terraform|seeds?|load[-_]?tests?|coverage|out)\/|[._-](test|spec|min|stories|d)\.[a-z]{1,4}$|(^|\/)(test_|conftest|seed|locust|load_test)|_test\.go$|\.config\.[a-z]{1,3}$/i;

/** A line of code. */
export interface CodeLine {
  path: string;
  /** From 1. */
  line: number;
  text: string;
}

const LONGEST = 500;

/** An object of Kubernetes: it is judged by itself. */
function isObject(path: string, text: string): boolean {
  return /\.ya?ml$/.test(path) && /^kind:/m.test(text) && /^apiVersion:/m.test(text);
}

/** The lines of the code that runs, without comments on lines of their own. */
export function codeLines(files: readonly SourceFile[]): CodeLine[] {
  return files
    .filter(({ path, text }) => CODE.test(path) && !ELSEWHERE.test(path) && !isObject(path, text))
    .flatMap(({ path, text }) =>
      text
        .split(/\r?\n/)
        .map((line, index) => ({ path, line: index + 1, text: line.trim().slice(0, LONGEST) }))
        .filter(({ text: line }) => line !== '' && !/^(#|\/\/|\*|\/\*|--|;|<!--|""")/.test(line)),
    );
}
