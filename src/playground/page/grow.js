const TALLEST_PX = 220;

/** A text field as tall as its text. Returns what adapts it after `value` was set. */
export function growWithText(input) {
  const grow = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, TALLEST_PX)}px`;
  };
  input.addEventListener('input', grow);
  return grow;
}
