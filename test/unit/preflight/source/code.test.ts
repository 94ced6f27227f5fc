import { describe, expect, it } from 'vitest';
import { codeAddressFindings } from '../../../../src/preflight/source/addresses.ts';
import { clientAddressFindings } from '../../../../src/preflight/source/client-address.ts';
import { codeLines } from '../../../../src/preflight/source/code-files.ts';

const lines = (path: string, text: string) => codeLines([{ path, text }]);

describe('an address in code', () => {
  it.each([
    ['app/db.py', 'HOST = "10.20.0.7"'],
    ['app/db.js', "connect('postgres://10.20.0.7:5432/shop')"],
    ['app/db.js', "connect('postgres://shop:pw@10.20.0.7/shop')"],
    ['.env', 'DB_HOST=10.20.0.7'],
    ['src/main/resources/application-prod.yml', 'url: jdbc:postgresql://10.20.0.7:5432/shop'],
    ['config/database.yml', 'host: 10.20.0.7'],
    ['Shop/appsettings.Production.json', '"Host": "10.20.0.7"'],
  ])('%s: %s', (path, text) => {
    const [found] = codeAddressFindings(lines(path, `\n${text}`));
    expect(found).toMatchObject({ code: 'hard-wired-address', severity: 'note', where: { file: path, line: 2 } });
    const [proven] = codeAddressFindings(lines(path, text), new Map([['10.20.0.7', 'Service db']]));
    expect(proven).toMatchObject({ severity: 'error', confidence: 'proven' });
    expect(proven?.seen).toContain('Service db');
  });

  it.each([
    ['app/db.py', 'HOST = os.environ["DB_HOST"]'],
    ['app/net.go', 'allow("10.0.0.0/8")'],
    ['app/net.go', 'listen("0.0.0.0:80", "127.0.0.1:81")'],
    ['app/net.go', 'x := ip // such as "10.1.2.3" or so'],
    ['app/net.go', '// "10.1.2.3"'],
    ['app/net.go', 'tool --address 10.1.2.3 -o json'],
    ['app/net.go', 'version = "8.8.4.4"'],
    ['tests/db.py', 'HOST = "10.20.0.7"'],
    ['k8s/values.yaml', 'host: 10.20.0.7'],
    ['config/web.yml', 'apiVersion: v1\nkind: Service\nhost: 10.20.0.7'],
    ['app/api.js', "const url = process.env.API || 'http://10.20.0.7'"],
    ['app/api.js', "const url = 'http://10.0.2.2:5000'"],
    ['app/rows.ts', "{ ipAddress: '192.168.1.1' }"],
    ['ansible/hosts.ini', 'db ansible_host=10.20.0.7'],
    ['app/db_test.go', 'host := "10.20.0.7"'],
    ['docs/conf.py', 'HOST = "10.20.0.7"'],
  ])('says nothing about %s: %s', (path, text) => {
    expect(codeAddressFindings(lines(path, text))).toEqual([]);
  });
});

describe('the address of the client', () => {
  const found = (path: string, text: string, proxied = true) =>
    clientAddressFindings(lines(path, text), proxied).map(({ code, severity }) => `${code} ${severity}`);

  it.each([
    ['server.js', 'log(req.ip)', "app.set('trust proxy', 1)"],
    ['app.py', 'limit(request.remote_addr)', 'app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)'],
    ['views.py', "ip = request.META['REMOTE_ADDR']", "ip = request.META['HTTP_X_FORWARDED_FOR']"],
    ['main.go', 'log.Print(r.RemoteAddr)', 'router.Use(middleware.RealIP)'],
    ['server.js', "import rateLimit from 'express-rate-limit'", "app.set('trust proxy', 1)"],
    ['chat.ts', 'log(socket.handshake.address)', "app.set('trust proxy', 1)"],
    ['limits.py', 'Limiter(key_func=get_remote_address)', 'app.wsgi_app = ProxyFix(app.wsgi_app)'],
    ['Log.java', 'request.getRemoteAddr()', '"server.forward-headers-strategy"'],
    ['Log.cs', 'context.Connection.RemoteIpAddress', 'app.UseForwardedHeaders();'],
    ['main.rs', 'ConnectInfo<SocketAddr>', 'use axum_client_ip::SecureClientIp;'],
    ['index.php', "$ip = $_SERVER['REMOTE_ADDR'];", "Request::setTrustedProxies(['10.0.0.0/8']);"],
  ])('%s: %s, until the proxy is known', (path, text, remedy) => {
    expect(found(path, text)).toEqual(['client-address-lost note']);
    expect(found(path, `${remedy}\n${text}`)).toEqual([]);
    expect(found(path, text, false)).toEqual([]);
  });

  it.each([
    ['server.js', "app.set('trust proxy', true)", "app.set('trust proxy', 1)"],
    ['server.js', "req.headers['x-forwarded-for'].split(',')[0]", "req.headers['x-forwarded-for'].split(',').at(-1)"],
    ['run.sh', 'uvicorn shop:app --forwarded-allow-ips=*', 'uvicorn shop:app --forwarded-allow-ips=10.0.0.0/8'],
  ])('%s: %s believes everybody', (path, text, remedy) => {
    expect(found(path, text)).toEqual(['forwarded-for-believed note']);
    expect(found(path, remedy)).toEqual([]);
  });
});
