import { marked } from 'marked';
import type { Comment, Deployment, Pull } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { STYLE } from './style.ts';

/**
 * What a person sees of the double in a browser: its pull requests with their comments, and its deployments.
 * @returns the page, or undefined when there is none at this path
 */
export function renderPage(world: World, path: string): string | undefined {
  const repository = `/${world.fullName}`;
  if (path === '/' || path === repository || path === `${repository}/pulls`) return pulls(world);
  if (path === `${repository}/deployments`) return deployments(world);
  const match = new RegExp(`^${repository}/pull/(\\d+)$`).exec(path);
  const pull = match ? world.pulls.get(Number(match[1])) : undefined;
  return pull ? pullRequest(world, pull) : undefined;
}

function pulls(world: World): string {
  const rows = [...world.pulls.values()].reverse().map((pull) => {
    const link = `<a href="/${world.fullName}/pull/${pull.number}">${escaped(pull.title)}</a>`;
    return [stateOf(pull), `#${pull.number}`, link, `<code>${escaped(pull.head.ref)}</code>`];
  });
  return layout(world, 'Pull requests', `<h1>Pull requests</h1>${list(['', '', '', 'branch'], rows)}`);
}

function pullRequest(world: World, pull: Pull): string {
  const comments = [...world.comments.values()].filter((comment) => comment.number === pull.number);
  const related = [...world.deployments.values()].filter((deployment) => deployment.sha === pull.head.sha);
  const branches = `<code>${escaped(pull.head.ref)}</code> into <code>${escaped(pull.base)}</code>`;
  return layout(
    world,
    `#${pull.number} ${pull.title}`,
    `<h1>${escaped(pull.title)} <span class="soft">#${pull.number}</span></h1>
    <p>${stateOf(pull)} <span class="soft">${escaped(pull.author.login)}: ${branches}, commit <code>${pull.head.sha.slice(0, 12)}</code></span></p>
    ${comments.map(commentBox).join('')}
    ${related.length > 0 ? `<h2>Deployments of this commit</h2>${deploymentList(related)}` : ''}`,
  );
}

function commentBox(comment: Comment): string {
  const edited = comment.updatedAt === comment.createdAt ? '' : ` · edited ${comment.updatedAt}`;
  return `<div class="box" id="issuecomment-${comment.id}">
    <div class="head"><b>${escaped(comment.author.login)}</b> commented ${comment.createdAt}${edited}</div>
    <div class="markdown">${marked.parse(comment.body, { gfm: true, async: false })}</div></div>`;
}

function deployments(world: World): string {
  return layout(
    world,
    'Deployments',
    `<h1>Deployments</h1>${deploymentList([...world.deployments.values()].reverse())}`,
  );
}

function deploymentList(shown: readonly Deployment[]): string {
  const rows = shown.map((deployment) => {
    const last = deployment.statuses.at(-1);
    const state = last?.state ?? 'pending';
    const url = last?.environmentUrl
      ? `<a href="${escaped(last.environmentUrl)}">${escaped(last.environmentUrl)}</a>`
      : '';
    const words = escaped(last?.description || deployment.description);
    return [
      pill(state, state),
      escaped(deployment.environment),
      `<code>${deployment.sha.slice(0, 12)}</code>`,
      url,
      words,
    ];
  });
  return list(['', 'environment', 'commit', 'address', ''], rows);
}

function stateOf(pull: Pull): string {
  const state = pull.merged ? 'merged' : pull.state;
  return pill(state, state[0]?.toUpperCase() + state.slice(1));
}

function pill(kind: string, words: string): string {
  return `<span class="pill ${escaped(kind)}">${escaped(words)}</span>`;
}

function list(header: string[], rows: string[][]): string {
  if (rows.length === 0) return '<p class="soft">none yet</p>';
  const cells = (row: string[], tag: string) => `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table class="list">${cells(header, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`;
}

function layout(world: World, title: string, body: string): string {
  const at = `/${world.fullName}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style>
<header><a href="${at}/pulls"><b>${escaped(world.fullName)}</b></a> · <a href="${at}/pulls">Pull requests</a> · <a href="${at}/deployments">Deployments</a> <span class="soft">(a double of GitHub on this machine)</span></header>
<main>${body}</main></html>`;
}

function escaped(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
