/** `action` of what stands under a whole reply. */
export const AGAIN = 'again';
export const CONTINUE = 'continue';
export const EARLIER = 'earlier-version';
export const LATER = 'later-version';
export const FEEDBACK = 'feedback';
