const MAX_HEIGHT_PX = 220;

/** Grows a textarea with its text. Returns a function to call after setting `value`. */
export function growWithText(input) {
  const grow = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, MAX_HEIGHT_PX)}px`;
  };
  input.addEventListener('input', grow);
  return grow;
}
