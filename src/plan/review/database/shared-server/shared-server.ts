import type { TemplateNames } from './names.ts';

/** A database server that review environments share. */
export interface SharedServer {
  namespace: string;
  /** Name of its StatefulSet and Service where Slipway runs it, else of the Secret. */
  name: string;
  /** Secret with the connection of an administrator. */
  secret: string;
  /** Whether Slipway runs it; else an operator offers the Secret of an existing one. */
  own: boolean;
  storage: string;
  memory: string;
  template: TemplateNames;
}
