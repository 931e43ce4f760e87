/** Emoji by name; unknown names stay as written, `:name:`. */
const EMOJI = new Map(
  Object.entries({
    '+1': '👍',
    thumbsup: '👍',
    '-1': '👎',
    thumbsdown: '👎',
    heart: '❤️',
    joy: '😂',
    tada: '🎉',
    eyes: '👀',
    thinking_face: '🤔',
    rocket: '🚀',
    white_check_mark: '✅',
    heavy_check_mark: '✔️',
    x: '❌',
    warning: '⚠️',
    bulb: '💡',
    wave: '👋',
    smile: '😄',
    grin: '😁',
    wink: '😉',
    slightly_smiling_face: '🙂',
    cry: '😢',
    sob: '😭',
    sweat_smile: '😅',
    open_mouth: '😮',
    clap: '👏',
    pray: '🙏',
    muscle: '💪',
    ok_hand: '👌',
    raised_hands: '🙌',
    fire: '🔥',
    sparkles: '✨',
    star: '⭐',
    100: '💯',
    question: '❓',
    exclamation: '❗',
    zap: '⚡',
    hourglass_flowing_sand: '⏳',
    alarm_clock: '⏰',
    calendar: '📅',
    memo: '📝',
    pencil: '📝',
    pushpin: '📌',
    link: '🔗',
    lock: '🔒',
    key: '🔑',
    bell: '🔔',
    mag: '🔍',
    wrench: '🔧',
    gear: '⚙️',
    bug: '🐛',
    robot_face: '🤖',
    yarn: '🧶',
    thread: '🧵',
    coffee: '☕',
    seedling: '🌱',
  }),
);

/** Names that the picker offers. */
export const PICKER_EMOJI = ['+1', 'heart', 'joy', 'tada', 'eyes', 'thinking_face', 'rocket', 'white_check_mark'];

/** The character, or `:name:` for an unknown name. */
export function emojiOf(name) {
  return EMOJI.get(name) ?? `:${name}:`;
}

export function isEmoji(name) {
  return EMOJI.has(name);
}

/** Replaces `:name:` with the emoji. */
export function withEmoji(text) {
  return text.replaceAll(/:([a-z0-9_+-]+):/g, (_, name) => emojiOf(name));
}
