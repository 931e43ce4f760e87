/** Why an answer ended, in the words of many servers. Pure. */
import type { FinishReason } from '../core/ports.js';

/** Lower case. */
const WORDS: Readonly<Record<FinishReason, readonly string[]>> = {
  // No tools are offered, so an answer that ends with a call of one is an ordinary one.
  stop: words(
    'stop eos eos_token end_turn stop_sequence complete completed tool_calls tool_call tool_use function_call',
  ),
  length: words('length max_tokens max_output_tokens model_length model_context_window_exceeded'),
  // Gemini has five of its own; `refusal` is Anthropic's, `sensitive` Zhipu's, the guardrail Bedrock's.
  content_filter: words(
    'content_filter content_filtered safety recitation blocklist prohibited_content spii refusal sensitive guardrail_intervened',
  ),
};

const KNOWN = new Map(
  (['stop', 'length', 'content_filter'] as const).flatMap((reason) =>
    WORDS[reason].map((word) => [word, reason] as const),
  ),
);

/** Undefined for `error`, `network_error`, `abort` and whatever else does not say that the answer is there. */
export function finishReasonOf(reported: unknown): FinishReason | undefined {
  return KNOWN.get(String(reported).toLowerCase());
}

function words(list: string): readonly string[] {
  return list.split(' ');
}
