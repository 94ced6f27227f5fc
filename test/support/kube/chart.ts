import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestPlatform } from '../platform.ts';
import { scratchFolder } from '../runner/scratch.ts';

/** A folder with these files, by path. */
export function folder(files: Record<string, string>, root = scratchFolder()): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** The files of a chart: a web server in the image, and more templates. */
export function chartFiles(test: TestPlatform, templates: Record<string, string>): Record<string, string> {
  const [repository = ''] = test.platform.baseImages.python.split('@');
  const more = Object.entries(templates).map(([name, text]) => [
    `templates/${name}`,
    text.replaceAll('IMAGE', test.platform.baseImages.python),
  ]);
  return {
    'Chart.yaml': 'apiVersion: v2\nname: parking\nversion: 1.0.0\n',
    'values.yaml': 'replicas: 1\n',
    'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}-web }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: ${repository}:3.11-flask
          command: [python3, -m, http.server, "8080"]
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
          env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: store, key: password, optional: true } } }]
`,
    ...Object.fromEntries(more),
  };
}

/** Helm or kubectl of the platform, in a namespace, as its administrator. @throws with what it wrote */
export function toolIn(test: TestPlatform, namespace: string) {
  const env = { ...process.env, ...test.env, KUBECONFIG: test.platform.kubeconfig };
  return async (name: 'helm' | 'kubectl', ...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(join(test.platform.tools.dir, name), ['-n', namespace, ...args], {
      env,
    });
    return stdout;
  };
}
