/** A reply's content as Slack's blocks. Pure. https://docs.slack.dev/reference/block-kit/blocks */
import { isDeepStrictEqual } from 'node:util';
import type { KnownBlock } from '@slack/web-api';
import type { ReplyContent, ReplyControl } from '../../core/ports.js';
import { cutAt } from '../../core/text.js';
import { withoutFences } from './charts.js';
import { breakPings } from './pings.js';
import { markdownBlock, type Rich, safeBlocks } from './safe-blocks.js';

/** Slack takes so many elements in a row of buttons. */
const MAX_BUTTONS = 25;
/** What stands in for the blocks in a notification. `chat.update` takes 4,000 characters at most, a `markdown` block 12,000. */
const FALLBACK_LENGTH = 300;
/** With the values of charts, which no screen reader finds in a picture. */
const LONGEST_FALLBACK = 3_000;

/** What one message shows. `plain`: as it is, without any formatting. */
export interface MessageContent extends ReplyContent {
  plain?: boolean;
  /** As blocks, see `needsBlocks`. */
  rich?: Rich;
  /** The slice of the answer that it stands for. */
  source?: string;
  /** What ends `markdown` and is no part of the answer. */
  aside?: string;
}

/** A stream holds Markdown only. */
export function isStreamable({ plain, rich }: MessageContent): boolean {
  return !plain && !rich;
}

/** Whether people see the same. */
export function isSameContent(one: MessageContent, other: MessageContent): boolean {
  const look = ({ markdown, controls = [], plain = false, rich }: MessageContent): unknown => [
    markdown,
    controls,
    plain,
    rich,
  ];
  return isDeepStrictEqual(look(one), look(other));
}

/**
 * Content arguments of `chat.postMessage` and `chat.update`. `markdown_text` excludes blocks, so controls need a `markdown`
 * block. Nothing pings: what is sent as text is broken here, whatever came before.
 */
export function contentArguments({ markdown, controls = [], plain, rich }: MessageContent): ContentArguments {
  // Without the empty list, an edit might keep the blocks that the message has.
  if (plain) return { text: escaped(breakPings(markdown)), blocks: [] };
  if (controls.length === 0 && !rich) return { markdown_text: breakPings(markdown) };
  const shown = rich ? safeBlocks(markdown, rich) : [markdownBlock(markdown)];
  return { text: breakPings(fallbackOf(markdown)), blocks: [...shown, ...controlBlocks(controls)] };
}

/** The beginning, and the values of all charts. */
function fallbackOf(markdown: string): string {
  const { words, charts } = withoutFences(markdown);
  const beginning = cutAt(words, FALLBACK_LENGTH);
  const missing = charts.filter((values) => !beginning.includes(values));
  return cutAt([beginning, ...missing].join('\n\n'), LONGEST_FALLBACK);
}

type ContentArguments = { markdown_text: string } | { text: string; blocks: KnownBlock[] };

/** https://docs.slack.dev/messaging/formatting-message-text/#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The blocks that stand under a message's text. */
export function controlBlocks(controls: readonly ReplyControl[]): KnownBlock[] {
  const buttons = controls.filter((control) => control.kind === 'button').slice(0, MAX_BUTTONS);
  const feedback = controls.filter((control) => control.kind === 'feedback');
  return [...(buttons.length > 0 ? [actions(buttons)] : []), ...feedback.map(feedbackBlock)];
}

type Button = ReplyControl & { kind: 'button' };
type Feedback = ReplyControl & { kind: 'feedback' };

function actions(buttons: readonly Button[]): KnownBlock {
  return {
    type: 'actions',
    elements: buttons.map(({ action, label, value }) => ({
      type: 'button',
      action_id: action,
      text: { type: 'plain_text', text: label },
      ...(value !== undefined && { value }),
    })),
  };
}

/** https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element */
function feedbackBlock({ action, positive, negative, value: about }: Feedback): KnownBlock {
  const button = (text: string, chosen: string) => ({
    text: { type: 'plain_text' as const, text },
    value: about === undefined ? chosen : `${chosen} ${about}`,
  });
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: action,
        positive_button: button(positive, 'positive'),
        negative_button: button(negative, 'negative'),
      },
    ],
  };
}
