import { describe, expect, test } from '@jest/globals';
import { APIError } from 'openai';
import type { CompletionRequest } from '../../src/core/ports.js';
import { CHAT_OPTIONS, RESPONSES_OPTIONS } from '../../src/openai/options.js';
import { RefusedOptions } from '../../src/openai/refused-options.js';
import { RecordingLogger } from '../support/doubles.js';

describe.each([
  ['chat', CHAT_OPTIONS],
  ['responses', RESPONSES_OPTIONS],
])('of a request for %s', (_, options) => {
  test.each(['prompt_cache_key', 'safety_identifier', 'temperature'])('%s alone is left out', (name) => {
    const refused = new RefusedOptions(options, new RecordingLogger());
    const request: CompletionRequest = {
      messages: [],
      conversation: 'T1:C1:1.1',
      signal: new AbortController().signal,
    };
    const params = { model: 'm', prompt_cache_key: 'a', safety_identifier: 'b', temperature: 1 };
    const error = new APIError(400, { message: `Unknown field: ${name}` }, undefined, undefined);
    expect(refused.learn(error, request)).toBe(false);
    expect(refused.leaveOut(params, request)).toEqual(params);
    expect(refused.learn(error, request)).toBe(true);
    const others = Object.entries(params).filter(([other]) => other !== name);
    expect(refused.leaveOut(params, request)).toEqual(Object.fromEntries(others));
    expect(refused.learn(error, request)).toBe(false);
  });
});
