import { COMMENT_CHARACTERS } from './limits.ts';
import { reviewComment, reviewMarker, withAnswer } from './review-comment.ts';
import type { Answer, ReviewState } from './review-state.ts';

/**
 * The one comment of an app where its pull request has several environments: a section for each, between two marks. The first
 * mark holds the time of the section's state. The comment has no sections for a single environment without a name.
 */
const SECTION_BEGIN = /^<!-- variant ([a-z0-9-]*) (\d+) -->$/;
const SECTION_END = '<!-- /variant -->';
/** The same for every section, so that no section has to be cut when another one is added. */
const SECTION_CHARACTERS = 12_000;

interface Section {
  text: string;
  toldAt: number;
}

/** The variants with a section in a comment; `undefined` is the environment without a name. */
export function variantsIn(body: string): (string | undefined)[] {
  return [...sectionsOf(body).keys()].map((name) => name || undefined);
}

/**
 * The comment with a state in it. Sections of other variants stay, or are written again where a later state is noted: of two
 * concurrent runs, neither removes the section of the other.
 * @param others noted states of the pull request's environments
 */
export function withStates(body: string | undefined, own: ReviewState, others: readonly ReviewState[] = []): string {
  const sections = sectionsOf(body ?? '');
  for (const state of others) {
    const { variant = '', toldAt = 0 } = state;
    if (variant !== (own.variant ?? '') && (sections.get(variant)?.toldAt ?? -1) < toldAt) {
      sections.set(variant, { text: sectionText(state), toldAt });
    }
  }
  const { variant = '', toldAt = 0 } = own;
  // Clocks of machines differ, and the present state is the latest in any case.
  const before = sections.get(variant)?.toldAt ?? -1;
  sections.set(variant, { text: sectionText(own), toldAt: Math.max(toldAt, before + 1) });
  return sections.size === 1 && sections.has('') ? reviewComment(own) : join(own.app, sections);
}

function sectionText(state: ReviewState): string {
  return reviewComment(state, SECTION_CHARACTERS);
}

/** Whether a comment shows the environment of a variant as existing: ready, ready with failing tests, or asleep. */
export function isThereIn(body: string, variant: string | undefined): boolean {
  return /^### (✅|⚠️|💤) /m.test(sectionsOf(body).get(variant ?? '')?.text ?? '');
}

/** The comment with a note on an existing environment that it runs an earlier commit. */
export function withOutdated(app: string, body: string, variant: string | undefined): string {
  const sections = sectionsOf(body);
  const section = sections.get(variant ?? '');
  if (section === undefined) return body;
  const text = section.text.replace(/^### (✅|💤) /m, '### ⚠️ ');
  if (variant === undefined && sections.size <= 1) return text;
  return joined(app, sections.set(variant ?? '', { ...section, text }));
}

/** The comment with the section of a variant as an earlier body has it. */
export function withSectionOf(app: string, body: string, earlier: string, variant: string | undefined): string {
  const before = sectionsOf(earlier).get(variant ?? '');
  const sections = sectionsOf(body);
  if (before === undefined) return body;
  if (variant === undefined && sections.size <= 1) return earlier;
  const toldAt = Math.max(before.toldAt, (sections.get(variant ?? '')?.toldAt ?? -1) + 1);
  return joined(app, sections.set(variant ?? '', { ...before, toldAt }));
}

/** Whether a comment shows these states or later ones. */
export function tells(body: string | undefined, states: readonly ReviewState[]): boolean {
  const sections = sectionsOf(body ?? '');
  return states.every(({ variant = '', toldAt = 0 }) => (sections.get(variant)?.toldAt ?? -1) >= toldAt);
}

/** The comment with an answer in the section of a variant, and everything else as it was. */
export function withAnswerOf(app: string, body: string, variant: string | undefined, given: Answer): string {
  const sections = sectionsOf(body);
  if ((sections.size === 0 || (sections.size === 1 && sections.has(''))) && variant === undefined) {
    return fitting(withAnswer(body, given, isShort));
  }
  const name = variant !== undefined || sections.has('') ? (variant ?? '') : ([...sections.keys()][0] ?? '');
  const section = sections.get(name) ?? { text: '', toldAt: 0 };
  const whole = (text: string) => joined(app, new Map(sections).set(name, { ...section, text: text.trim() }));
  return fitting(whole(withAnswer(section.text, given, (text) => isShort(whole(text)))));
}

/** By the name of the variant. A comment without marks is about the environment without a name. */
function sectionsOf(body: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let open: { name: string; toldAt: number; lines: string[] } | undefined;
  for (const line of body.split('\n')) {
    const [, name, toldAt] = SECTION_BEGIN.exec(line) ?? [];
    if (open && line === SECTION_END) {
      sections.set(open.name, { text: open.lines.join('\n'), toldAt: open.toldAt });
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (name !== undefined) {
      open = { name, toldAt: Number(toldAt), lines: [] };
    }
  }
  if (sections.size > 0) return sections;
  return body.includes('###') ? new Map([['', { text: body, toldAt: 0 }]]) : sections;
}

function join(app: string, sections: ReadonlyMap<string, Section>): string {
  return fitting(joined(app, sections));
}

function joined(app: string, sections: ReadonlyMap<string, Section>): string {
  const all = [...sections].sort(([a], [b]) => (a < b ? -1 : 1));
  const marker = reviewMarker(app);
  const texts = all.map(([name, { text, toldAt }]) => {
    const own = text.replaceAll(marker, '').trim();
    return `<!-- variant ${name} ${toldAt} -->\n${own}\n${SECTION_END}`;
  });
  return `${marker}\n\n${texts.join('\n\n')}\n`;
}

/** Of many sections with long logs, the folded parts are left out. */
function fitting(text: string): string {
  return isShort(text) ? text : withoutFolds(text);
}

/** A text without its folded blocks of code. Each ends behind its own fence: a line in it may be "</details>", too. */
function withoutFolds(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const end = endOfFold(lines, at);
    if (end === undefined) kept.push(lines[at] ?? '');
    else at = end;
  }
  return kept.join('\n').replace(/\n{3,}/g, '\n\n');
}

/** The line that ends the folded block of code that begins here; undefined where none begins. */
function endOfFold(lines: readonly string[], at: number): number | undefined {
  const fence = /^(`{3,})text$/.exec(lines[at + 3] ?? '')?.[1];
  if (fence === undefined || !lines[at]?.startsWith('<details') || lines[at + 2] !== '') return undefined;
  const close = lines.indexOf(fence, at + 4);
  return close > 0 && lines[close + 2] === '</details>' ? close + 2 : undefined;
}

function isShort(text: string): boolean {
  return text.length < COMMENT_CHARACTERS - 1_000;
}
