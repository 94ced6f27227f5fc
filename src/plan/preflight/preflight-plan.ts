import { join } from 'node:path';
import { imagesOf } from '../../config/images.ts';
import type { AcceptConfig, DifferenceConfig } from '../../config/preflight-schema.ts';
import type { Config } from '../../config/schema.ts';
import type { PipelineEvent } from '../../event/pipeline-event.ts';
import type { PreflightInputs } from '../../inputs/preflight.ts';
import { parseReference } from '../../objects/image-reference.ts';
import { readImages } from '../../objects/images.ts';
import type { KubeObject } from '../../ports.ts';
import type { Baseline } from '../../preflight/baseline.ts';
import { type Capacity, judgeCapacity } from '../../preflight/capacity/capacity.ts';
import type { Finding } from '../../preflight/finding.ts';
import type { LiveView } from '../../preflight/live/facts.ts';
import type { ApiRecord } from '../../preflight/side-by-side/api-record.ts';
import type { Side } from '../../preflight/side-by-side/names.ts';
import type { SourceFile } from '../../preflight/source-file.ts';
import { apisDir } from '../images/records.ts';
import { handOverName } from '../images/tags.ts';
import { planDemand } from './demand.ts';
import { differencesOf } from './differences.ts';
import type { EnvironmentObjects } from './environment-objects.ts';
import { type ExpectedImage, expectedImages } from './judged-images.ts';
import { liveAddresses, liveFindings, liveServices } from './live-findings.ts';
import { planStarts, type Started, type StartPlan } from './start-plan.ts';
import { staticFindings } from './static-findings.ts';

const DEFAULT_PORT_MS = 15_000;
/** As FastAPI, springdoc and Swashbuckle serve it by default. */
const API_PATHS = ['/openapi.json', '/v3/api-docs', '/swagger/v1/swagger.json'];

/** What preflight starts, what it judges, and what it compares with. */
export interface PreflightPlan extends Pick<StartPlan, 'processes' | 'services' | 'migration' | 'serviceNames'> {
  app: string;
  /** A part of the names and labels of everything that this run creates. */
  runId: string;
  /** Name of an image in slipway.yml → its name in the engine, or a reference that the input gave. */
  images: Readonly<Record<string, { reference: string; given: boolean }>>;
  /** Milliseconds for a port to open. */
  portMs: number;
  /** The week of demand, and what is counted in it; undefined: nothing to count. */
  capacity: { capacity: Capacity; remark: string } | undefined;
  /** Name of an image in slipway.yml → where it runs, and its Dockerfile. */
  expected: Readonly<Record<string, ExpectedImage>>;
  /** Findings from the image's source and the objects. */
  findings: readonly Finding[];
  /** The objects of each environment: names that their variables hold are compared with their Services. */
  sides: readonly Side[];
  /** Paths that are asked for the description of an API. */
  apiPaths: readonly string[];
  /** What the processes of the default branch served. */
  apis: ApiRecord;
  /** What the processes of environments serve: environment → descriptions, where they were read. */
  servedApis: ReadonlyMap<string, ApiRecord>;
  /** Namespace → the Services that its cluster has, where they were read. */
  liveServices: ReadonlyMap<string, readonly KubeObject[]>;
  accepts: readonly AcceptConfig[];
  /** The findings of the default branch, on a pull request; undefined: not known, or not compared. */
  baseline: Baseline | undefined;
  /** Folder of the report. */
  reportDir: string;
  /** Folder of what each image serves, for push-to-registry; undefined outside of a runner. */
  apisDir: string | undefined;
  sha: string;
  /** Path of slipway.yml from the root of the repository. */
  configFile: string;
  /** For the summary: what is compared with what. */
  remarks: readonly string[];
  /** For the log: what was left out, and why. */
  notes: string[];
}

/** Values of the machine, from the entry, so that planning stays pure. */
export interface PreflightSurroundings {
  /** Random, in names and labels: 8 hexadecimal digits. */
  runId: string;
  /** Random password of the database. */
  password: string;
  /** RUNNER_TEMP */
  temp: string | undefined;
  /** Path of slipway.yml from the root of the repository. */
  configFile: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** 00:00 UTC of a Monday, in milliseconds since the epoch: the week whose demand is counted. */
  monday: number;
}

/** What the default branch decides about a pull request. */
export interface Reference {
  accepts: readonly AcceptConfig[];
  differences: readonly DifferenceConfig[];
  baseline: Baseline | undefined;
  remarks: readonly string[];
}

/** What slipway.yml and the files of the team come to. */
export interface Given {
  environments: readonly EnvironmentObjects[];
  /** The objects of the team in a review environment; undefined: Slipway writes them. */
  started?: Started | undefined;
  /** Files of the app, with paths from the root of the repository. */
  sources?: readonly SourceFile[];
  /** The clusters of the environments; undefined: not asked. */
  live?: LiveView | undefined;
  /** Base image → digest that its registry serves. */
  digests?: ReadonlyMap<string, string> | undefined;
  /** Path of a Dockerfile → report of hadolint in JSON. */
  hadolint?: ReadonlyMap<string, string> | undefined;
  /** What the processes of the default branch served. */
  apis?: ApiRecord;
  /** Environment → what its processes serve. */
  servedApis?: ReadonlyMap<string, ApiRecord>;
}

/**
 * Plans the start of the app on this machine as a review environment starts it: the environment that needs nothing from
 * elsewhere.
 * @throws UserError for an image that slipway.yml does not have
 */
export function planPreflight(
  inputs: Pick<PreflightInputs, 'workingDirectory' | 'image' | 'timeoutMs'>,
  config: Config,
  event: PipelineEvent,
  { runId, password, temp, configFile, now, monday }: PreflightSurroundings,
  { environments, started, sources = [], live, digests, hadolint, apis = {}, servedApis = new Map() }: Given,
  reference: Reference,
): PreflightPlan {
  const images = imagesToRun(inputs, config, event.sha);
  const clusters = live?.environments ?? [];
  const starts = planStarts(config, event, { password, environments, started });
  const capacity = capacityOf(config, environments, monday);
  return {
    app: config.app,
    runId,
    images,
    processes: starts.processes,
    services: starts.services,
    migration: starts.migration,
    serviceNames: starts.serviceNames,
    portMs: inputs.timeoutMs ?? DEFAULT_PORT_MS,
    capacity,
    findings: [
      ...staticFindings(config, environments, {
        configFile,
        files: sources,
        live: live && liveAddresses(clusters),
        digests,
        hadolint,
      }),
      ...differencesOf(config, environments, reference.differences),
      ...liveFindings(config, environments, clusters, now),
      ...(capacity?.capacity.findings ?? []),
    ],
    expected: expectedImages(config, [...environments, { environment: 'review', objects: starts.objects }], {
      configFile,
      files: sources,
    }),
    sides: environments,
    apiPaths: config.preflight?.openapi === undefined ? API_PATHS : [config.preflight.openapi],
    apis,
    servedApis,
    liveServices: liveServices(clusters),
    accepts: reference.accepts,
    baseline: reference.baseline,
    remarks: [...reference.remarks, ...(live?.notes ?? [])],
    reportDir: temp ? join(temp, 'slipway', 'preflight') : join(inputs.workingDirectory, '.slipway', 'preflight'),
    apisDir: apisDir(temp),
    sha: event.sha,
    configFile,
    notes: starts.notes,
  };
}

/** Only where there is something to compare: nodes, or crons that can meet. */
function capacityOf(
  config: Config,
  environments: readonly EnvironmentObjects[],
  monday: number,
): PreflightPlan['capacity'] {
  const { demand, pools, remark } = planDemand(config, environments);
  if (pools.length === 0 && demand.crons.length === 0) return undefined;
  return { capacity: judgeCapacity(demand, pools, monday), remark };
}

function imagesToRun({ image }: Pick<PreflightInputs, 'image'>, config: Config, sha: string): PreflightPlan['images'] {
  const all = imagesOf(config);
  const given = readImages(image, Object.keys(all));
  for (const reference of Object.values(given)) parseReference(reference);
  return Object.fromEntries(
    Object.entries(all).map(([name, { repository }]) => [
      name,
      { reference: given[name] ?? handOverName(repository, sha), given: given[name] !== undefined },
    ]),
  );
}
