/** An archive unpacks to more than is read. */
export class TooMuchUnpacked extends Error {
  override readonly name = 'TooMuchUnpacked';
}
