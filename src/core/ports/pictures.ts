/** Pictures that the bot makes. */
import type { PictureFormat } from '../pictures.js';
import type { Usage } from './usage.js';

/** A picture's file. */
export interface PictureFile {
  format: PictureFormat;
  bytes: Uint8Array;
}

/** A service that makes pictures of words. */
export interface PictureMaker {
  /** Of the model. */
  readonly name: string;
  /** False: budgets have no effect on it. */
  readonly hasPrice: boolean;
  /** What a picture uses at most, with what it costs if that is known. `isChange`: of another one. */
  estimate(isChange: boolean): Usage;
  /**
   * `from`: the picture that is to be changed as `description` says. In bounded time. `usage`: if the service tells it. Throws
   * `ModelError`, with the usage of a picture that is paid but cannot be had, and the signal's reason when it aborts.
   */
  make(
    description: string,
    from: PictureFile | undefined,
    signal: AbortSignal,
  ): Promise<{ picture: PictureFile; usage?: Usage }>;
}
