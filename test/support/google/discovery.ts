import { readFileSync } from 'node:fs';
import { deviations, type Shape } from './published-shape.ts';

interface Method {
  httpMethod: string;
  /** Pattern of the resource's name. */
  name: string;
  /** What follows the name in the path. */
  suffix?: string;
  query: string[];
  request?: string;
  response: string;
}

/** A request to one method of an API, with the name of its resource. */
export interface Called {
  method: string;
  name: string;
}

/** The part of an API that Slipway uses, as Google's discovery document describes it. What it does not describe is a violation. */
export class Discovery {
  readonly violations: string[] = [];
  private readonly methods: Record<string, Method>;
  private readonly schemas: Record<string, Record<string, string>>;

  constructor(file: string) {
    ({ methods: this.methods, schemas: this.schemas } = JSON.parse(readFileSync(file, 'utf8')));
  }

  /** The method that a request calls; undefined, and a violation, where none is published. */
  called(verb: string, url: URL, body: string): Called | undefined {
    for (const [method, { httpMethod, name: pattern, suffix = '', query, request }] of Object.entries(this.methods)) {
      if (httpMethod !== verb || !url.pathname.endsWith(suffix)) continue;
      const name = url.pathname.slice('/v1/'.length, url.pathname.length - suffix.length);
      if (!new RegExp(pattern).test(name)) continue;
      for (const key of url.searchParams.keys()) if (!query.includes(key)) this.note(`${method}: parameter ${key}`);
      if (request) this.violations.push(...deviations(JSON.parse(body), this.shape(request), `${method} request`));
      else if (body !== '') this.note(`${method}: a request with a body`);
      return { method, name };
    }
    this.note(`${verb} ${url.pathname}`);
    return undefined;
  }

  /** Checks an answer. @param parts fields of it that are messages themselves → their schema */
  answered({ method }: Called, answer: object, parts: Record<string, string> = {}): void {
    const { response = '' } = this.methods[method] ?? {};
    this.violations.push(...deviations(answer, this.shape(response), `${method} answer`));
    for (const [field, schema] of Object.entries(parts)) {
      const part = (answer as Record<string, unknown>)[field];
      for (const one of [part ?? []].flat())
        this.violations.push(...deviations(Object(one), this.shape(schema), `${method} answer, ${field}`));
    }
  }

  private shape(message: string): Shape {
    const fields = this.schemas[message];
    if (fields === undefined) throw new Error(`no message ${message} is published`);
    return new Map(Object.entries(fields));
  }

  private note(what: string): void {
    this.violations.push(`${what} is not published`);
  }
}
