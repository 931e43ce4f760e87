import { describe, expect, test } from '@jest/globals';
import { APIError } from 'openai';
import type { CompletionRequest } from '../../src/core/ports.js';
import { CHAT_OPTIONS, RESPONSES_OPTIONS } from '../../src/openai/options.js';
import { RefusedOptions } from '../../src/openai/refused-options.js';
import { RecordingLogger } from '../support/doubles.js';

describe.each([
  ['chat', CHAT_OPTIONS, 'messages'],
  ['responses', RESPONSES_OPTIONS, 'input'],
] as const)('of a request for %s', (_, options, list) => {
  test.each([
    [`Unknown parameter: '${list}[0].content[0].prompt_cache_breakpoint'.`],
    ['Prompt cache breakpoints are not supported with this model.'],
  ])('cache breakpoints alone are left out, for %s', (message) => {
    const refused = new RefusedOptions(options, new RecordingLogger());
    const request: CompletionRequest = {
      messages: [],
      conversation: 'T1:C1:1.1',
      signal: new AbortController().signal,
    };
    const marked = { type: 'text', text: 'Plums.', prompt_cache_breakpoint: { mode: 'explicit' } };
    const others = { model: 'm', prompt_cache_key: 'a', prompt_cache_options: { mode: 'implicit' } };
    const said = { role: 'user', content: 'hello' };
    const params = { ...others, [list]: [{ role: 'user', content: [marked] }, said] };
    const error = new APIError(400, { message }, undefined, undefined);
    refused.leaveOut(params, request);
    expect(refused.learn(error, request)).toBe(true);
    const left = { ...others, [list]: [{ role: 'user', content: [{ type: 'text', text: 'Plums.' }] }, said] };
    expect(refused.leaveOut(params, request)).toEqual(left);
    expect(refused.learn(error, request)).toBe(false);
  });

  test.each(['prompt_cache_key', 'prompt_cache_options', 'safety_identifier', 'temperature'])(
    '%s alone is left out',
    (name) => {
      const refused = new RefusedOptions(options, new RecordingLogger());
      const request: CompletionRequest = {
        messages: [],
        conversation: 'T1:C1:1.1',
        signal: new AbortController().signal,
      };
      const params = {
        model: 'm',
        prompt_cache_key: 'a',
        prompt_cache_options: { mode: 'implicit' },
        safety_identifier: 'b',
        temperature: 1,
      };
      const error = new APIError(400, { message: `Unknown field: ${name}` }, undefined, undefined);
      expect(refused.learn(error, request)).toBe(false);
      expect(refused.leaveOut(params, request)).toEqual(params);
      expect(refused.learn(error, request)).toBe(true);
      const others = Object.entries(params).filter(([other]) => other !== name);
      expect(refused.leaveOut(params, request)).toEqual(Object.fromEntries(others));
      expect(refused.learn(error, request)).toBe(false);
    },
  );
});
