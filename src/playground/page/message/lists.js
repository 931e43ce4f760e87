export function asArray(value) {
  return Array.isArray(value) ? value : [];
}
