import type { TemplateNames } from './names.ts';

/** A database server that review environments share, and what a plan has to do with it. */
export interface SharedServer {
  namespace: string;
  /** Of its StatefulSet and Service where Slipway runs it, else of the Secret. */
  name: string;
  /** Secret with the connection of an administrator. */
  secret: string;
  /** Slipway makes and runs it; else somebody gave us the Secret of one. */
  own: boolean;
  storage: string;
  memory: string;
  template: TemplateNames;
}
