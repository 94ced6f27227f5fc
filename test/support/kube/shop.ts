/** A web server that answers its name and the path, and ends on SIGTERM. */
export function answering(name: string, port: number): string[] {
  const program = `
import signal, sys, http.server as h
signal.signal(15, lambda *_: sys.exit(0))
class Handler(h.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(("${name} " + self.path).encode())
h.HTTPServer(("0.0.0.0", ${port}), Handler).serve_forever()`;
  return ['python3', '-c', program];
}

/** A worker that says that it works, and ends on SIGTERM. */
export function working(words: string): string[] {
  const program = `
import signal, sys, time
signal.signal(15, lambda *_: sys.exit(0))
print("${words}", flush=True)
while True: time.sleep(1)`;
  return ['python3', '-c', program];
}

/** `deploy` of an app with two web processes, a worker and a cron, all from one image. */
export function shop(overrides: Record<string, object> = {}) {
  const process = (name: string, own: object) => ({ ...own, ...overrides[name] });
  return {
    processes: {
      api: process('api', { port: 8080, command: answering('api', 8080), paths: ['/api'], replicas: 1, drain: '1s' }),
      web: process('web', {
        port: 3000,
        command: answering('web', 3000),
        health: '/',
        paths: ['/'],
        after: ['api'],
        replicas: 1,
        drain: '1s',
      }),
      worker: process('worker', { command: working('worker works'), grace: '1s' }),
    },
    crons: { nightly: process('nightly', { command: 'echo cleaned $WHAT', schedule: '0 3 1 1 *' }) },
  };
}
