import type { CompletionEvent, CompletionRequest, Model, ModelWishes } from './ports.js';

/** The model with another way to complete; the same way with each model that it stands for (`as`). */
export function wrappedModel(
  model: Model,
  complete: (model: Model, request: CompletionRequest) => AsyncIterable<CompletionEvent>,
): Model {
  const as = model.as && ((wishes: ModelWishes) => model.as?.(wishes) ?? model);
  return {
    ...model,
    complete: (request) => complete(model, request),
    ...(as && { as: (wishes) => wrappedModel(as(wishes), complete) }),
  };
}
