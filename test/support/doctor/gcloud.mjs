// Stands in for gcloud: makes the requests to the REST APIs of Google that the real one makes for these commands, at GCLOUD_DOUBLE.
const words = process.argv.slice(2);
const names = words.filter((one) => !one.startsWith('--'));
const flag = (name) => words.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
const base = process.env.GCLOUD_DOUBLE;

async function send(method, path, body) {
  const headers = {
    authorization: `Bearer ${process.env.CLOUDSDK_AUTH_ACCESS_TOKEN}`,
    'content-type': 'application/json',
  };
  const response = await fetch(`${base}/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`gcloud: ${method} ${path}: HTTP ${response.status} ${text}`);
  return JSON.parse(text);
}

const [command, target] = [names.slice(0, -1).join(' '), names.at(-1)];
if (command === 'iam workload-identity-pools providers update-oidc') {
  const [field, value] = flag('attribute-condition')
    ? ['attributeCondition', { attributeCondition: flag('attribute-condition') }]
    : flag('issuer-uri')
      ? ['oidc.issuerUri', { oidc: { issuerUri: flag('issuer-uri') } }]
      : ['disabled', { disabled: false }];
  await send('PATCH', `${target}?updateMask=${field}`, value);
} else if (/^iam service-accounts (add|remove)-iam-policy-binding$/.test(command)) {
  const account = `projects/-/serviceAccounts/${target}`;
  const policy = await send('POST', `${account}:getIamPolicy`, {});
  const [role, member] = [flag('role'), flag('member')];
  const others = (policy.bindings ?? []).map((one) => ({
    ...one,
    members: one.role === role ? one.members.filter((other) => other !== member) : one.members,
  }));
  const added = command.includes('add') ? [{ role, members: [member] }] : [];
  await send('POST', `${account}:setIamPolicy`, { policy: { ...policy, bindings: [...others, ...added] } });
} else if (command === 'iam service-accounts create') {
  await send('POST', `projects/${flag('project')}/serviceAccounts`, { accountId: target });
} else if (command === 'artifacts repositories create') {
  const parent = `projects/${flag('project')}/locations/${flag('location')}/repositories`;
  await send('POST', `${parent}?repositoryId=${target}`, { format: flag('repository-format').toUpperCase() });
} else throw new Error(`gcloud ${command} is not played`);
