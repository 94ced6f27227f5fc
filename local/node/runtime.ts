import { connect } from 'node:http2';
import { createConnection } from 'node:net';

const PATIENCE_MS = 3_000;
/** Not compressed, and 0 bytes long. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/**
 * Whether a container runtime has its services for the kubelet, which asks the same once at its start and ends where they are
 * not there: containerd opens its socket before (`server is not initialized yet`).
 * `Version` of https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto, over
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @param socket the path of the runtime's socket
 */
export function answersKubelet(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect('http://localhost', { createConnection: () => createConnection(socket) });
    const end = (answer: boolean) => {
      session.destroy();
      resolve(answer);
    };
    session.setTimeout(PATIENCE_MS, () => end(false));
    session.on('error', () => end(false));
    const call = session.request({
      ':method': 'POST',
      ':path': '/runtime.v1.RuntimeService/Version',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    // A call that fails at once has its status among the headers, any other one behind its answer.
    for (const event of ['response', 'trailers'] as const) {
      call.on(event, (headers) => 'grpc-status' in headers && end(Number(headers['grpc-status']) === 0));
    }
    for (const event of ['error', 'close']) call.on(event, () => end(false));
    call.resume();
    call.end(EMPTY_MESSAGE);
  });
}
