import type { CompletionRequest, Logger } from '../core/ports.js';
import type { JsonObject } from './error-body.js';
import type { Option } from './options.js';
import { refusedRequest } from './problems.js';

/**
 * What the server refused to be told. It is left out from then on, as long as the process lives: one request is refused,
 * and nobody sees it.
 */
export class RefusedOptions {
  readonly #refused = new Set<Option>();
  /** Parameters of a request's last attempt. Others may have been refused something meanwhile. */
  readonly #sent = new WeakMap<CompletionRequest, JsonObject>();

  constructor(
    private readonly options: readonly Option[],
    private readonly logger: Logger,
  ) {}

  /** The parameters for an attempt at `request`. */
  leaveOut<Params extends object>(params: Params, request: CompletionRequest): Params {
    let sent = params as JsonObject;
    for (const option of this.#refused) if (option.isIn(sent)) sent = option.without(sent);
    this.#sent.set(request, sent);
    return sent as Params;
  }

  /** True if that attempt was refused for something that can be left out. */
  learn(error: unknown, request: CompletionRequest): boolean {
    const sent = this.#sent.get(request);
    const refused = refusedRequest(error);
    if (!sent || !refused) return false;
    const refusal = { message: refused.message, param: refused.param ?? '' };
    const named = this.options.filter((option) => option.isIn(sent) && option.isNamedIn(refusal, sent));
    for (const option of named) {
      if (this.#refused.has(option)) continue;
      this.#refused.add(option);
      this.logger[option.isMissed ? 'warn' : 'info'](
        { status: refused.status },
        `the model server refuses ${option.name}: ${option.effect}`,
      );
    }
    return named.length > 0;
  }
}
