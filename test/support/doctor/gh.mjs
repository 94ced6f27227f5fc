// Stands in for the GitHub CLI: makes the requests of `gh api`, `gh variable set` and `gh secret set` to the API of GH_DOUBLE,
// with the token of GH_TOKEN. Secrets are not encrypted: the double keeps their names alone.
const [kind, ...args] = process.argv.slice(2);

/** Options with a value, and the other words. */
function read(words) {
  const options = {};
  const rest = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word.startsWith('-')) rest.push(word);
    else options[word] = [...(options[word] ?? []), words[++at]];
  }
  return { options, rest };
}

async function standardInput() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

async function send(method, path, body) {
  const headers = {
    authorization: `Bearer ${process.env.GH_TOKEN}`,
    'content-type': 'application/json',
    connection: 'close',
  };
  const response = await fetch(`${process.env.GH_DOUBLE}/${path}`, { method, headers, body: JSON.stringify(body) });
  if (response.ok) return;
  console.error(`gh: ${method} ${path}: HTTP ${response.status} ${await response.text()}`);
  process.exitCode = 1;
}

const typed = (value) => (/^(true|false|\d+)$/.test(value) ? JSON.parse(value) : value);
const { options, rest } = read(args);
if (kind === 'api') {
  const fields = [
    ...(options['-f'] ?? []).map((text) => [text, (value) => value]),
    ...(options['-F'] ?? []).map((text) => [text, typed]),
  ].map(([text, as]) => [text.slice(0, text.indexOf('=')), as(text.slice(text.indexOf('=') + 1))]);
  const body = options['--input'] ? JSON.parse(await standardInput()) : Object.fromEntries(fields);
  await send(options['-X']?.[0] ?? 'GET', rest[0], body);
} else {
  const [verb, name] = rest;
  if (verb !== 'set') throw new Error(`gh ${kind} ${verb} is not played`);
  const [repository] = options['--repo'];
  const [environment] = options['--env'] ?? [];
  const base = environment ? `repos/${repository}/environments/${environment}` : `repos/${repository}/actions`;
  if (kind === 'variable') await send('POST', `${base}/variables`, { name, value: options['--body'][0] });
  else {
    const value = Buffer.from(await standardInput()).toString('base64');
    await send('PUT', `${base}/secrets/${name}`, { encrypted_value: value, key_id: '1' });
  }
}
