/** How late a bot stores that acknowledges first. */
export const STORE_DELAY_MS = 1_500;
