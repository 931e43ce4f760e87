/** Whether the model runs on OpenAI's own servers, the regional ones included. */
export function isOpenAi(baseUrl: string | undefined): boolean {
  return baseUrl === undefined || new URL(baseUrl).hostname === 'api.openai.com' || isRegional(baseUrl);
}

/** Whether this is a regional address of OpenAI, which keeps data in its region. */
export function isRegional(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && new URL(baseUrl).hostname.endsWith('.api.openai.com');
}
