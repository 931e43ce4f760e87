/** One event of a Chat Completions stream. https://platform.openai.com/docs/api-reference/chat/streaming */
export function completionChunk(
  delta: object,
  finishReason: 'stop' | 'length' | 'content_filter' | null = null,
): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'played', choices })}\n\n`;
}
