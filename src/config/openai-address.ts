/** True when the model's service is OpenAI's own, one of its regional addresses included. */
export function isOpenAi(baseUrl: string | undefined): boolean {
  return baseUrl === undefined || new URL(baseUrl).hostname === 'api.openai.com' || isRegional(baseUrl);
}

/** True for one of OpenAI's addresses that keep the data in a region. */
export function isRegional(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && new URL(baseUrl).hostname.endsWith('.api.openai.com');
}
