/** The Images API of the test model. */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SeededRandom } from '../random.js';

/** By weight: of five requests, one is answered with an error, slowly or not at all. */
const FAULTS = { none: 40, error: 3, limited: 2, refused: 3, cut: 2 };
const MAX_DRAWING_MS = 1_500;
const PNG = '\u0089PNG\r\n\u001A\n';
/** Status and body of an error. */
const ERRORS: Readonly<Record<string, readonly [number, object]>> = {
  error: [500, { message: 'injected fault' }],
  limited: [429, { message: 'injected fault' }],
  refused: [400, { message: 'injected fault', code: 'moderation_blocked' }],
};

/** A picture whose bytes have the description. `faulty`: now and then none. */
export async function answerWithPicture(
  { prompt }: { readonly prompt: string },
  response: ServerResponse,
  chances: SeededRandom,
  faulty: boolean,
): Promise<void> {
  const fault = faulty ? chances.pickWeighted(FAULTS) : 'none';
  await wait(chances.between(0, MAX_DRAWING_MS));
  if (fault === 'cut') return void response.destroy();
  const [status, error] = ERRORS[fault] ?? [200];
  const data = [{ b64_json: Buffer.from(PNG + prompt, 'latin1').toString('base64') }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(error ? { error } : { data }));
}
