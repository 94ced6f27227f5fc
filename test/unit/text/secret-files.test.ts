import { expect, it } from 'vitest';
import { isReadForSecrets, secretInFile } from '../../../src/text/secret-files.ts';

const random = 'aB3dE6gH9jKmN2pQ5sT8vW1yZ4cF7hJ0kLrXuEiOwSq';

it.each([
  ['app/.env', `TOKEN=ghp_${random.slice(0, 36)}`, 'a GitHub token'],
  ['app/config.yml', `token: glpat-${random.slice(0, 20)}`, 'a GitLab token'],
  ['srv/app.py', 'KEY = "AKIAQ5WZ7NMX3TYLRB2D"', 'an AWS access key'],
  ['app/key.json', '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE"}', 'the key of a Google service account'],
  ['app/server.pem', `-----BEGIN RSA PRIVATE KEY-----\n${random.replace(/\W/g, '')}\n`, 'a private key'],
  ['root/.docker/config.json', '{"auths":{"ghcr.io":{"auth":"bW9uYTpzZWNyZXQ="}}}', 'a Docker sign-in'],
  ['app/.env.production', 'DEBUG=1\nexport DB_PASSWORD="tr0ub4dor&3"\n', 'a variable with the name of a secret'],
  ['root/.git-credentials', 'https://mona:hunter2hunter2@github.com\n', 'a git sign-in'],
])('%s holds %#', (path, text, what) => {
  expect(isReadForSecrets(path, text.length)).toBe(true);
  expect(secretInFile(path, text)?.what).toBe(what);
});

it.each([
  ['app/.env', 'TOKEN=\u0024{GITHUB_TOKEN}'],
  [
    'app/.env',
    'AWS=AKIAIOSFODNN7EXAMPLE\nDB_PASSWORD=changeme\nPASSWORD_FILE=/run/secrets/db1\nTOKENS=4\nX=n0t4s3cret\nJWT_SECRET=CHANGE-THIS-32\nVITE_TOKEN=pk3jk4jk5j',
  ],
  ['app/.env.example', 'DB_PASSWORD=tr0ub4dor&3'],
  ['root/.npmrc', '//registry.npmjs.org/:_authToken=\u0024{NPM_TOKEN}'],
  ['app/readme.py', 'https://user:password@example.com'],
  ['app/public.pem', '-----BEGIN PUBLIC KEY-----\nMIIB'],
  ['app/tokens.js', 'const form = /^ghp_[A-Za-z0-9]{36}$/;'],
])('%s holds nothing: %s', (path, text) => {
  expect(secretInFile(path, text)).toBeUndefined();
});

it('packages, tests and the system are not read', () => {
  const paths = [
    'app/node_modules/a/key.pem',
    'usr/lib/python3/test.py',
    'etc/ssl/certs/key.pem',
    'app/tests/key.pem',
    'app/samples/key.pem',
    'app/priv/localhost.key',
    'app/a_test.go',
  ];
  expect(paths.filter((path) => isReadForSecrets(path, 10))).toEqual([]);
  expect(isReadForSecrets('app/key.pem', 10)).toBe(true);
  expect(isReadForSecrets('app/key.pem', 10 ** 7)).toBe(false);
});
