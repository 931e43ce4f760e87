/** Email: who wrote what to whom, and the names of what is attached, which is not opened. */
import type { Address } from 'postal-mime';
import type { FileContent } from '../core/files.js';

const MAX_NESTING = 10;
const MAX_HEADER_BYTES = 100_000;
/** What the first lines of an email look like. */
const HEADERS = /^(?:[A-Za-z][\w-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,200}?\r?\n/;
const OF_AN_EMAIL = [/^From:/im, /^(?:Subject|Date|To|Message-ID|Received):/im];

export function isEmail(text: string): boolean {
  const [head] = HEADERS.exec(text.slice(0, MAX_HEADER_BYTES)) ?? [];
  return head !== undefined && OF_AN_EMAIL.every((header) => header.test(head));
}

export async function emailText(bytes: Uint8Array): Promise<FileContent> {
  const { default: PostalMime } = await import('postal-mime');
  const email = await PostalMime.parse(bytes, { maxNestingDepth: MAX_NESTING, maxHeadersSize: MAX_HEADER_BYTES });
  const people = (all: readonly Address[] = []): string =>
    all.map(({ name, address = '' }) => (name ? `${name} <${address}>` : address)).join(', ');
  const lines = [
    ['From', people(email.from ? [email.from] : [])],
    ['To', people(email.to)],
    ['Cc', people(email.cc)],
    ['Date', email.date ?? ''],
    ['Subject', email.subject ?? ''],
    ['Attached, not opened', email.attachments.map(({ filename }) => filename ?? 'unnamed').join(', ')],
  ];
  const head = lines.flatMap(([name, value]) => (value === '' ? [] : `${name}: ${value}`)).join('\n');
  return { kind: 'text', text: `${head}\n\n${email.text ?? email.html ?? ''}`, about: 'email' };
}
