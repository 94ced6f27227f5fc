/** What the stages need from the world. `adapters/` implements it, `entry/` chooses. */
export type * from './ports/artifacts.ts';
export type * from './ports/cleaning.ts';
export type { Clock } from './ports/clock.ts';
export type * from './ports/cluster.ts';
export type * from './ports/context.ts';
export type * from './ports/doctor.ts';
export type * from './ports/files.ts';
export type * from './ports/git.ts';
export type * from './ports/github.ts';
export type { Http, HttpAnswer } from './ports/http.ts';
export type * from './ports/identity.ts';
export type * from './ports/image-content.ts';
export type * from './ports/images.ts';
export type { Log } from './ports/log.ts';
export type * from './ports/preflight.ts';
export type * from './ports/render.ts';
export type { Variables } from './ports/variables.ts';
