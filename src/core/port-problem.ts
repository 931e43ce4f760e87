const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program is using it: choose another port',
  EACCES: 'this user may not use it: choose a port above 1023',
};

/** `error`, of a server that cannot listen on `port`, in words for the operator. `setting`: where the port comes from. */
export function portProblem(setting: string, port: number, error: NodeJS.ErrnoException): Error {
  return new Error(`${setting} is ${port}, but ${ADVICE[error.code ?? ''] ?? error.message}`, { cause: error });
}
